"""The one structured reading of a handoff: by extraction where no model is set up."""
