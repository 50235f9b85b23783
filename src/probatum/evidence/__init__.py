"""Evidence bases: plain text read into frozen records, every problem a value."""
