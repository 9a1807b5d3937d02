"""What leaves the tablet as a file: made here, on the device, from values that may leave it."""
