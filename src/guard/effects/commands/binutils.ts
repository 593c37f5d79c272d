// nm, readelf, objdump, size and others that show what object files hold.
import type { CommandModel } from "../model/command-model.ts";
import { textOf } from "../../shell/values/text.ts";
import { type FileProgram, fileProgram } from "../projects/file-program.ts";
import { cannotTell } from "../model/filter.ts";

/** Long options mean the same to all that have them. */
const FLAGS =
  "--all --debug-syms --dynamic --extern-only --defined-only --undefined-only --line-numbers --numeric-sort --no-sort --portability --print-file-name --print-size --print-armap --reverse-sort --size-sort --no-demangle --special-syms --synthetic --with-symbol-versions --without-symbol-versions --disassemble-all --source --full-contents --archive-headers --file-headers --private-headers --section-headers --headers --all-headers --syms --dynamic-syms --reloc --dynamic-reloc --wide --file-header --program-headers --segments --sections --section-details --section-groups --symbols --dyn-syms --lto-syms --notes --relocs --unwind --version-info --arch-specific --archive-index --use-dynamic --histogram --got-contents --enable-checks --no-show-raw-insn --show-raw-insn --prefix-addresses --disassemble-zeroes --no-addresses --totals --common --functions --inlines --pretty-print --basenames --addresses --no-strip-underscore --strip-underscore --no-verbose --no-params --types --info --debugging --stabs --line --no-recurse-limit --recurse-limit --quiet --just-symbols --no-recursion-limit --recursion-limit --no-weak --process-links --decompress";
const CHOICES =
  "--start-address --stop-address --section --disassembler-options --architecture --target --radix --format --string-dump --hex-dump --relocated-dump --prefix --prefix-strip --adjust-vma --endian --insn-width --demangle-style --dwarf-depth --dwarf-start --ctf-parent --sym-base --inlines-depth --unicode --addr2line-format";
const GLUED =
  "--disassemble --demangle --dwarf --debug-dump --visualize-jumps --ctf --source-comment";

/** One program with its letters: flags, those that take a value, those that may have one glued to them. */
function withLetters(
  names: readonly string[],
  letters: Pick<FileProgram, "flags" | "choices" | "glued" | "inputs">,
): CommandModel {
  return fileProgram({
    names,
    flags: `${FLAGS} ${letters.flags ?? ""}`,
    choices: `${CHOICES} ${letters.choices ?? ""}`.trim(),
    glued: `${GLUED} ${letters.glued ?? ""}`.trim(),
    inputs: `--exe --dwo --ctf-symbols ${letters.inputs ?? ""}`.trim(),
    runs: "--plugin",
    operands: "inputs",
    // What begins with `@` names a file of further options.
    more: ({ operands }) =>
      operands.some((word) => textOf(word)?.startsWith("@") === true)
        ? [cannotTell("unknown-option", "options that stand in a file")]
        : [],
  });
}

/** WHY one model each: a letter that takes a value in one of them takes none in another. */
export const binutils: readonly CommandModel[] = [
  withLetters(["nm"], {
    flags: "-A -B -C -D -P -S -U -V -W -X -a -e -g -h -j -l -n -o -p -r -s -u -v",
    choices: "-f -t",
  }),
  withLetters(["llvm-nm"], {
    flags: "-A -B -C -D -P -S -U -V -W -a -g -h -j -m -n -o -p -r -u -v -x",
    choices: "-f -t -s",
  }),
  withLetters(["readelf", "llvm-readelf"], {
    flags: "-A -C -D -H -I -L -P -S -T -V -W -X -a -c -d -e -g -h -l -n -r -s -t -u -v -z",
    choices: "-R -U -p -x",
    glued: "-w",
  }),
  withLetters(["objdump"], {
    flags: "-C -D -EB -EL -F -G -H -R -S -T -V -a -d -e -f -g -h -i -l -p -r -s -t -v -w -x -z",
    choices: "-I -M -P -U -b -j -m",
    glued: "-L -W",
  }),
  withLetters(["llvm-objdump"], {
    flags: "-C -D -R -S -T -V -a -d -f -g -h -l -m -p -r -s -t -u -v -x -z",
    choices: "-M -j",
  }),
  withLetters(["size", "llvm-size"], {
    flags: "-A -B -G -V -d -f -h -l -m -o -t -v -x",
  }),
  withLetters(["addr2line"], {
    flags: "-C -R -a -f -h -i -p -r -s -v",
    choices: "-b -j",
    inputs: "-e",
  }),
  withLetters(["c++filt"], { flags: "-R -_ -h -i -n -p -r -t -v", choices: "-s" }),
];
