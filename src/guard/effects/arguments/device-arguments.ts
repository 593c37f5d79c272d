// Disks among the words of a program without a model: it writes to them, unless it is known to look.
import { textOf, type Text, literal } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";

/** Nodes of disks and what lies on them, alone or behind the name of an option: `of=/dev/sdb`, `id=0,dest=/dev/sdb1`. */
const DISK =
  /(?:^|[=,]|^-[a-zA-Z])(\/dev\/(?:(?:sd|hd|vd|xvd)[a-z]+\d*|(?:nvme|mmcblk|md|loop|nbd|sr|zd|ram|bcache|mtd(?:block)?)\d\w*|r?disk(?:\d\w*|\/[^,]+)|dm-\d+|mapper\/[^,]+|cdrom|dvd|dvdrw|root))(?=$|,)/g;

/** Programs that only look at disks. */
const LOOKERS = new Set(
  "blkid dumpe2fs e2freefrag filefrag xfs_bmap sg_inq sg_vpd sg_readcap sg_modes sg_logs ioping blktrace btrace f3read lsscsi hwinfo inxi hd-idle skdump bonnie++ isoinfo isosize cd-info blkparse grub-probe volname vol_id".split(
    " ",
  ),
);

/** Words of the others with which they only look. */
const LOOKS =
  /(?:^| )(?:info|show|status|list|print|dump|report|--get\w+|--info|--list|--show|--readonly|--read-only|--dry-run|--help|--version)(?= |$)/;

/** So many characters of a word are looked at. */
const WORD_CHARS_MAX = 512;

/** Writes to the disks that the words name. */
export function disksNamed(name: string, args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word) ?? "?");
  if (LOOKERS.has(name) || LOOKS.test(words.join(" "))) return [];
  return disksIn(words).map((path) => writes(literal(path), "change"));
}

/** The disks that words name. */
export function disksIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word) =>
    word.length > WORD_CHARS_MAX ? [] : [...word.matchAll(DISK)].flatMap(([, path]) => path ?? []),
  );
}
