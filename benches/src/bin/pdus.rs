//! Reads lines `pdu HEX` and `command HEX`, and says what iomt-dicom reads in them, for `benches/peers/against_pynetdicom.py`.
//!
//! For each line the fields, one a line as `name<TAB>value`, in the order of the wire; then an empty line.

use core::fmt::Write as _;
use std::io::{self, BufRead as _, Write as _};

use iomt_dicom::pdu::{Associate, Pdu, UserItem};
use iomt_dicom::{CommandSet, Error};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some((kind, text)) = line.split_once(' ') else { continue };
        let Some(bytes) = unhex(text) else { return Err(io::Error::other("no hexadecimal")) };
        let mut told = String::new();
        let read = if kind == "pdu" { pdu(&bytes, &mut told) } else { command(&bytes, &mut told) };
        if let Err(error) = read {
            told = format!("error\t{error}\n");
        }
        writeln!(out, "{told}")?;
    }
    Ok(())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let pair = |pair: &[u8; 2]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
    rest.is_empty().then(|| pairs.iter().map(pair).collect())?
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn say(told: &mut String, name: &str, value: &str) {
    let _ = writeln!(told, "{name}\t{value}");
}

fn pdu(bytes: &[u8], told: &mut String) -> Result<(), Error> {
    let (pdu, length) = Pdu::parse(bytes)?;
    say(told, "length", &length.to_string());
    say(told, "type", &pdu.pdu_type().0.to_string());
    match pdu {
        Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) => return associated(&associate, told),
        Pdu::AssociateRj(reject) => {
            say(told, "reject", &format!("{} {} {}", reject.result, reject.source, reject.reason));
        }
        Pdu::Abort(abort) => say(told, "abort", &format!("{} {}", abort.source, abort.reason)),
        Pdu::PData(data) => {
            for pdv in data.pdvs() {
                let pdv = pdv?;
                say(told, "pdv", &format!("{} {:02x}{}", pdv.context_id, pdv.header, hex(pdv.data)));
            }
        }
        _ => {}
    }
    Ok(())
}

fn associated(associate: &Associate<'_>, told: &mut String) -> Result<(), Error> {
    say(told, "version", &associate.protocol_version().to_string());
    say(told, "called", &hex(associate.called_ae()));
    say(told, "calling", &hex(associate.calling_ae()));
    if let Some(name) = associate.application_context() {
        say(told, "application context", &hex(name));
    }
    for context in associate.presentation_contexts() {
        let context = context?;
        let result = context.result().map_or_else(|| "-".to_owned(), |result| result.0.to_string());
        say(told, "context", &format!("{} {result}", context.id));
        if let Some(syntax) = context.abstract_syntax() {
            say(told, "abstract syntax", &hex(syntax));
        }
        for syntax in context.transfer_syntaxes() {
            say(told, "transfer syntax", &hex(syntax));
        }
    }
    for item in associate.user_items() {
        let item = item?;
        let number = format!("{:02x}", item.item_type().0);
        let value = match item {
            UserItem::MaximumLength(length) => length.to_string(),
            UserItem::ImplementationClassUid(text) | UserItem::ImplementationVersionName(text) => hex(text),
            UserItem::AsynchronousOperationsWindow { invoked, performed } => format!("{invoked} {performed}"),
            UserItem::RoleSelection { sop_class, scu, scp } => format!("{} {scu} {scp}", hex(sop_class)),
            UserItem::ExtendedNegotiation { sop_class, information } => {
                format!("{} {}", hex(sop_class), hex(information))
            }
            UserItem::CommonExtendedNegotiation(common) => {
                let related: Vec<String> = common.related().map(hex).collect();
                format!("{} {} {}", hex(common.sop_class), hex(common.service_class), related.join(","))
            }
            UserItem::UserIdentity(identity) => format!(
                "{} {} {} {}",
                identity.identity_type,
                identity.response_requested,
                hex(identity.primary.reveal()),
                hex(identity.secondary.reveal())
            ),
            UserItem::UserIdentityResponse(response) => hex(response.reveal()),
            _ => "?".to_owned(),
        };
        say(told, &number, &value);
    }
    Ok(())
}

fn command(bytes: &[u8], told: &mut String) -> Result<(), Error> {
    let command = CommandSet::parse(bytes)?;
    for element in command.elements() {
        let element = element?;
        say(told, &element.tag.to_string(), &hex(element.value));
    }
    if let Some(field) = command.command_field() {
        say(told, "name", field.name().unwrap_or("-"));
        if let Some(status) = command.status() {
            say(told, "status class", status.class());
        }
    }
    Ok(())
}
