"""Ways out: channels, what is delivered on them and how that went; and what people are told on the bell."""
