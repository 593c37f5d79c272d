// ld.so: loads a program that it is given and starts it.
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { reads } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";

export const ldSo: CommandModel = command({
  names: [
    "ld.so",
    "ld-linux.so.2",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
    "ld-musl-x86_64.so.1",
    "ld-musl-aarch64.so.1",
  ],
  optionsEnd: "first-operand",
  options: {
    code: taking("--library-path --preload --audit --glibc-hwcaps-prepend"),
    named: taking("--argv0 --inhibit-rpath --glibc-hwcaps-mask"),
    list: flags("--list --verify --list-tunables --list-diagnostics"),
    style: flags("--inhibit-cache"),
    about: ABOUT,
  },
  effects: ({ operands, has }) => {
    const loads: readonly Consequence[] = has("code")
      ? [cannotTell("dynamic-code", "code that the loader is told to load")]
      : [];
    if (has("list")) return [...loads, ...operands.slice(0, 1).map((path) => reads(path))];
    return operands.length === 0 ? loads : [...loads, { kind: "run", argv: operands }];
  },
});
