"""The planner's report: what it says, as a workbook and as a Word document and PDF."""
