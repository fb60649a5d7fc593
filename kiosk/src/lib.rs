//! The kiosk's pages, touches and panel wire.
