//! What all device drivers share.
