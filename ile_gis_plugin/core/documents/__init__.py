"""Files for people: workbooks and layers made from the register."""
