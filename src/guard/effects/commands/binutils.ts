// nm, readelf, objdump, size and others that show what object files hold.
import { textOf } from "../../shell/values/text.ts";
import { fileProgram } from "../projects/file-program.ts";
import { cannotTell } from "../model/filter.ts";

export const binutils = fileProgram({
  names: [
    "nm",
    "readelf",
    "objdump",
    "size",
    "addr2line",
    "c++filt",
    "llvm-nm",
    "llvm-readelf",
    "llvm-objdump",
    "llvm-size",
  ],
  flags:
    "-a -A -B -C -d -D -e -f -g -h -H -i -l -n -o -p -r -R -s -S -t -u -v -V -w -W -x -X -z -c -I -L -T -G -F -P -E --all --debug-syms --demangle --dynamic --extern-only --defined-only --undefined-only --line-numbers --numeric-sort --no-sort --portability --print-file-name --print-size --print-armap --reverse-sort --size-sort --no-demangle --special-syms --synthetic --with-symbol-versions --without-symbol-versions --disassemble-all --source --full-contents --archive-headers --file-headers --private-headers --section-headers --headers --all-headers --syms --dynamic-syms --reloc --dynamic-reloc --wide --file-header --program-headers --segments --sections --section-details --section-groups --symbols --dyn-syms --lto-syms --notes --relocs --unwind --version-info --arch-specific --archive-index --use-dynamic --histogram --got-contents --enable-checks --no-show-raw-insn --show-raw-insn --prefix-addresses --disassemble-zeroes --no-addresses --totals --common --functions --inlines --pretty-print --basenames --addresses --no-strip-underscore --strip-underscore --no-verbose --no-params --types --visualize-jumps --info --debugging --stabs --line --no-recurse-limit --recurse-limit --quiet",
  choices:
    "-N --start-address --stop-address --section -j -M --disassembler-options -m --architecture -b --target --radix --format --string-dump --hex-dump --relocated-dump --prefix --prefix-strip --adjust-vma --endian -EL --source-comment --insn-width --demangle-style --dwarf-depth --dwarf-start --ctf --ctf-parent --sym-base --inlines-depth --unicode -U --addr2line-format",
  glued: "--disassemble --demangle= --dwarf --debug-dump --visualize-jumps=",
  inputs: "--exe --dwo --ctf-symbols",
  runs: "--plugin",
  operands: "inputs",
  // What begins with `@` names a file of further options.
  more: ({ operands }) =>
    operands.some((word) => textOf(word)?.startsWith("@") === true)
      ? [cannotTell("unknown-option", "options that stand in a file")]
      : [],
});
