// Programs that print nothing unless they are told to: of all others without a known output, any text may come.
import type { Continuation, ProgramCall } from "../../shell/values/host.ts";
import { baseName } from "#base/path.ts";
import { FIELDS_MAX } from "#base/limits.ts";
import { hole, sourcesOf, textOf } from "../../shell/values/text.ts";

const SILENT = new Set(
  "cp mv rm mkdir rmdir chmod chown chgrp ln link unlink touch install truncate sleep sync shred kill pkill killall mkfifo mknod fallocate split csplit true false test [ zf_rm zf_mv zf_ln zf_mkdir zf_rmdir zf_chmod zf_chown zf_chgrp gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lz4 tar setfacl chattr chcon umount renice ionice nice logger tput stty clear reset disown ssh-add dos2unix unix2dos strip sponge mktemp".split(
    " ",
  ),
);
/** Options with which they say what they do. */
const TALKS = /^(?:-[a-zA-Z]*[vnlt][a-zA-Z]*|--(?:verbose|changes|dry-run|list|print\w*|debug).*)$/;

/** What follows from a call, with some output where its model names none. */
export function withSomeOutput(
  found: readonly Continuation[],
  { name, argv }: ProgramCall,
): readonly Continuation[] {
  if (found.length > 0) return found;
  const words = argv.slice(1, FIELDS_MAX);
  if (SILENT.has(baseName(name)) && !words.some((word) => TALKS.test(textOf(word) ?? "-v")))
    return found;
  return [
    {
      kind: "output",
      texts: [[], [hole("unmodelled", { sources: [...sourcesOf(argv), { kind: "unknown" }] })]],
    },
  ];
}
