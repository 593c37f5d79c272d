// optipng and oxipng: make PNG files smaller, in place unless told otherwise.
import { append, literal } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { fileProgram } from "../projects/file-program.ts";

export const optipng: CommandModel = fileProgram({
  names: ["optipng", "oxipng"],
  operands: "inputs",
  keeping: "-simulate -pretend -P --pretend -d --dry-run --stdout -help -h -?",
  outputs: "-out --out -log -dir --dir",
  choices:
    "-o --opt -f --filters -i --interlace -zc --zc -zm -zs -zw -strip --strip --keep --timeout -t --threads --zopfli-iterations",
  flags:
    "-v -vv --verbose -backup -keep --backup -clobber -fix --fix -force --force -preserve -p --preserve -quiet -silent -q --quiet -full -nb -nc -np -nx -nz --nb --nc --np --nx --nz --ng -snip -r --recursive -s -Z --zopfli -a --alpha --scale16 --fast --check -V",
  more: ({ operands, has }) =>
    has("keeping") ? [] : operands.map((path) => writes(append(path, literal(".bak")), "create")),
});
