"""Windows events in the forms in which they arrive: decoded EVTX, Winlogbeat or Elastic Agent, NXLog."""
