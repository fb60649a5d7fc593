//! Sums and checksums of the wire protocols.

use crc::{CRC_16_ARC, CRC_16_MODBUS, Crc};

const ARC: Crc<u16> = Crc::<u16>::new(&CRC_16_ARC);
const MODBUS: Crc<u16> = Crc::<u16>::new(&CRC_16_MODBUS);

/// CRC-16/ARC (poly 8005 reflected, init 0): Onbon BX frames.
pub fn crc16_arc(bytes: &[u8]) -> u16 {
    ARC.checksum(bytes)
}

/// CRC-16/MODBUS (init FFFF), sent low byte first.
pub fn crc16_modbus(bytes: &[u8]) -> u16 {
    MODBUS.checksum(bytes)
}

/// 8-bit sum: FF 68 frames.
pub fn sum8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// 8-bit exclusive or: SAM_V and SYN6288 frames.
pub fn xor8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_values_of_123456789() {
        let bytes = b"123456789";
        assert_eq!(crc16_arc(bytes), 0xBB3D);
        assert_eq!(crc16_modbus(bytes), 0x4B37);
        assert_eq!(sum8(bytes), 0xDD);
        assert_eq!(xor8(bytes), 0x31);
    }
}
