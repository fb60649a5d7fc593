//! Known answers of the standards, through our own functions.

use super::*;
use proptest::prelude::*;

fn bytes(text: &str) -> Vec<u8> {
    unhex(text).unwrap().to_vec()
}

/// RFC 4231, cases 1 to 4, 6 and 7 (case 5 is about truncation, which is not done here).
#[test]
fn keyed_hashes_are_those_of_rfc_4231() {
    let counting = "0102030405060708090a0b0c0d0e0f10111213141516171819";
    let table: [(Vec<u8>, Vec<u8>, &str); 6] = [
        (
            vec![0x0b; 20],
            b"Hi There".to_vec(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (vec![0xaa; 20], vec![0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (bytes(counting), vec![0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm."
                .to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, data, expected) in table {
        assert_eq!(*hex(&*hmac(&key, &[&data])), expected);
        let (front, back) = data.split_at(3);
        assert_eq!(*hex(&*hmac(&key, &[front, back])), expected);
    }
}

/// RFC 5869, A.1: the first 32 of its 42 bytes.
#[test]
fn sub_keys_are_those_of_rfc_5869() {
    let key =
        Key::from_slice(&bytes("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")).unwrap();
    let derived = key.derive(&bytes("f0f1f2f3f4f5f6f7f8f9"));
    assert_eq!(*hex(derived.in_clear()), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

/// RFC 8439, 2.8.2.
#[test]
fn encryption_is_that_of_rfc_8439() {
    let key = Key::from_slice(&(0x80..0xa0).collect::<Vec<u8>>()).unwrap();
    let nonce = *bytes("070000004041424344454647").first_chunk().unwrap();
    let context = bytes("50515253c0c1c2c3c4c5c6c7");
    let clear =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                  sunscreen would be it.";
    let sealed = key.seal_with(nonce, clear, &context);
    let expected = "070000004041424344454647\
        d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6\
        3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36\
        92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
        3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691";
    assert_eq!(*hex(&sealed), expected);
    assert_eq!(key.open(&sealed, &context).unwrap()[..], clear[..]);
}

#[test]
fn each_changed_byte_each_other_context_and_key_is_refused() {
    let key = Key::random().unwrap();
    let sealed = key.seal(b"some record", b"B0001").unwrap();
    assert_eq!(key.open(&sealed, b"B0001").unwrap()[..], b"some record"[..]);
    for place in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[place] ^= 1 << bit;
            assert!(key.open(&changed, b"B0001").is_none(), "byte {place}, bit {bit}");
        }
        assert!(key.open(&sealed[..place], b"B0001").is_none(), "cut to {place}");
    }
    for context in [&b"B0002"[..], b"", b"B0001 "] {
        assert!(key.open(&sealed, context).is_none());
    }
    assert!(Key::random().unwrap().open(&sealed, b"B0001").is_none());
}

#[test]
fn a_fingerprint_is_the_beginning_of_sha_256() {
    // `head -c 32 /dev/zero | sha256sum`.
    let key = Key::from_slice(&[0; 32]).unwrap();
    assert_eq!(key.fingerprint().to_string(), "66687aad");
}

#[test]
fn hexadecimal_has_one_spelling() {
    assert_eq!(unhex("00ff10").unwrap()[..], [0, 255, 16]);
    for text in ["0", "0g", "FF", "0x00", "王0", " 00"] {
        assert!(unhex(text).is_none(), "{text}");
    }
    assert!(Key::from_slice(&[0; 31]).is_none() && Key::from_slice(&[0; 33]).is_none());
}

proptest! {
    #[test]
    fn what_is_sealed_is_opened(clear in any::<Vec<u8>>(), context in any::<Vec<u8>>()) {
        let key = Key::random().unwrap();
        let sealed = key.seal(&clear, &context).unwrap();
        prop_assert_eq!(&key.open(&sealed, &context).unwrap()[..], &clear[..]);
        prop_assert_ne!(sealed, key.seal(&clear, &context).unwrap());
    }

    #[test]
    fn noise_is_never_opened(noise in any::<Vec<u8>>()) {
        prop_assert!(Key::random().unwrap().open(&noise, b"").is_none());
    }
}
