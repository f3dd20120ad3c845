"""The fields of every built-in type, as one table, and what hangs on it: decoding, validation, protobuf."""
