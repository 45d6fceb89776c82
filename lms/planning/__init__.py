"""The training year: plan, project group, budget and calendar feeds."""
