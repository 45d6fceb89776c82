"""Journal: one row for every administrative act and every act on an account, never changed afterwards."""
