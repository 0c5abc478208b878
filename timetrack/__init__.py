"""TimeTrack: start and stop timers quickly and safely, even with many users at the same time."""
