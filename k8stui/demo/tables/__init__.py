"""Objects as the rows that `kubectl get` shows: the server's own printers, which judge the client's."""
