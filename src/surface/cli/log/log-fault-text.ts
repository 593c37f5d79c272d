// What a verification of the log found, in words.
import type { LogFault, PinnedBy } from "#record/log/report.ts";

/** A fault in words; entries are named by index, and by event id where it can still be read. */
export function faultText(fault: LogFault): string {
  switch (fault.kind) {
    case "checkpoint-missing":
      return "the checkpoint is missing";
    case "checkpoint-malformed":
      return "the checkpoint is not a signed note of three lines";
    case "checkpoint-signature":
      return "the checkpoint was altered: its signature does not hold";
    case "wrong-key":
      return `the checkpoint was not signed by ${fault.expected}`;
    case "entry-altered":
      return `entry ${fault.index}${eventText(fault.eventId)} was altered`;
    case "entry-or-tile-altered":
      return `entry ${fault.index}${eventText(fault.eventId)} or its hash was altered`;
    case "entries-rewritten":
      return `entries ${fault.index} to ${fault.end - 1} were replaced together with their hashes`;
    case "entries-missing":
      return `entries ${fault.index} to ${fault.end - 1} are missing from ${fault.path}`;
    case "bundle-trailing-bytes":
      return `${fault.path} has bytes after entry ${fault.index - 1}`;
    case "tile-altered":
      return `${fault.path} was altered: its hash of entry ${fault.index} is wrong`;
    case "tile-missing":
      return `${fault.path} is missing`;
    case "partial-altered":
      return `${fault.path}, an earlier state, was altered at entry ${fault.index}`;
    case "stray-file":
      return `${fault.path} does not belong to the log`;
    case "root-mismatch":
      return `the ${fault.size} entries are not the ones that the checkpoint was signed for`;
    case "trusted-unusable":
      return `the trusted checkpoint cannot be used: ${fault.why}`;
    case "rollback":
      return `the log was rolled back: it has ${fault.size} entries, ${fault.trustedSize} were signed`;
    case "rewritten-since-trusted":
      return `the first ${fault.trustedSize} entries are not the ones of ${PINNED[fault.by ?? "trusted"]}`;
    case "checkpoint-foreign-line":
      return "the checkpoint carries a signature that is none of the log's keys'";
    case "key-statement":
      return `${fault.path}, a statement about the log's keys, does not hold: ${fault.why}`;
    case "pruned-record":
      return "the record of removed entries is not what was signed";
    case "witnessed-unusable":
      return `the cosigned checkpoint beside the log cannot be used: ${fault.why}`;
    case "cosignature-invalid":
      return `the cosignature of ${fault.witness} does not hold`;
    case "too-few-witnesses":
      return `${fault.cosigned} of the witnesses cosigned the stored checkpoint, ${fault.demanded} are demanded`;
    case "head-unusable":
      return `the key store's last signed head cannot be used: ${fault.why}`;
    case "journal-damaged":
      return `${fault.path} has ${fault.bytes} bytes that make no entry: an unclean stop leaves that at the end of the last one, and so does an alteration`;
    default:
      return fault satisfies never;
  }
}

function eventText(eventId: string | undefined): string {
  return eventId === undefined ? "" : ` (event ${eventId})`;
}

const PINNED: Readonly<Record<PinnedBy, string>> = {
  trusted: "the trusted checkpoint",
  witnesses: "the checkpoint that witnesses cosigned",
  "key-statement": "the statement about the log's keys",
  "pruned-record": "the record of removed entries",
  head: "the key store's last signed head",
};
