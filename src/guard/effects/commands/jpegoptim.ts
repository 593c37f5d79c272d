// jpegoptim: makes JPEG files smaller, in place unless told otherwise.
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";

export const jpegoptim: CommandModel = fileProgram({
  names: ["jpegoptim"],
  operands: "inputs",
  keeping: "-n --noaction --stdout --stdin -h -V",
  outputs: "-d --dest",
  inputs: "--files-from",
  choices: "-m --max -S --size -T --threshold -w --workers",
  flags:
    "-f --force -b --csv -o --overwrite -p --preserve -P --preserve-perms -q --quiet -t --totals -v --verbose -s --strip-all --strip-none --strip-adobe --strip-com --strip-exif --strip-iptc --strip-icc --strip-jfif --strip-jfxx --strip-xmp --keep-all --keep-adobe --keep-com --keep-exif --keep-iptc --keep-icc --keep-jfif --keep-jfxx --keep-xmp --all-normal --all-progressive --auto-mode --nofix --save-extra",
});
