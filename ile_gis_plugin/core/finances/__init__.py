"""From the register's rows to what a cost split is made from, and the versions that it keeps."""
