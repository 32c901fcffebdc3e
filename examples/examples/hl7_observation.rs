//! Walk HL7 version 2 device observations with `iomt-hl7v2` alone: who sends, and which devices it speaks of.
//!
//! `cargo run -p iomt-examples --example hl7_observation [FILE]`

use iomt_hl7v2::ident::{Subject, facts};

fn main() -> std::io::Result<()> {
    let bytes = std::fs::read(iomt_examples::input("files/pumps.hl7"))?;
    for message in iomt_hl7v2::batch::messages(&bytes) {
        let message = match message {
            Ok(message) => message,
            Err(error) => {
                println!("not a message: {error}");
                continue;
            }
        };
        // Any field is a view into the bytes, read when asked for.
        println!("message {}", message.header().field(10).bytes().escape_ascii());
        for segment in message.segments() {
            println!("  {} of {} bytes", segment.name().escape_ascii(), segment.raw().len());
        }
        facts(&message, &mut |fact| {
            let who = match fact.subject {
                Subject::Sender => "sender".to_owned(),
                Subject::Receiver => "receiver".to_owned(),
                Subject::Device { mds, vmd, .. } => format!("device {mds}.{vmd}"),
            };
            println!(
                "  {who:10} {:20} {:28} {}",
                fact.field,
                format!("{:?}", fact.attribute),
                fact.value.escape_ascii()
            );
        });
    }
    Ok(())
}
