"""Turn shared evidence records (JSON Lines) into the text files of an evidence base."""
