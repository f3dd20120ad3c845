"""What makes an object invalid: every cause, in the real server's words (k8s.io/kubernetes/pkg/apis/*/validation)."""
