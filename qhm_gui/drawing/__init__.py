"""What canvases, controls and exports draw with: texts in markup, the shapes of methods, hatching."""
