//! Slip layout to printer bytes, status bytes to faults.
