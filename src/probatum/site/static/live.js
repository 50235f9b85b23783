// Served by `probatum serve` only; built pages hold no script.
new EventSource("/_probatum/events").addEventListener("reload", () => location.reload());
