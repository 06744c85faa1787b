"""The figures of the planner's report, as pure functions of arrays: no store, no file, no words."""
