// lscpu, lsblk, findmnt and others that only show the machine, its processes and its file systems.
import { EMPTY, type TextSet, unknownDigits } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { ABOUT, flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, namedFiles } from "../model/verbs.ts";

/** None of them writes, runs or contacts anything, whatever its options say; they may read what they are given. */
const NAMES =
  "pstree vmstat mpstat lscpu lsblk lsusb lsmem lsipc lsns lsmod lslocks findmnt namei lsattr getfacl getcap getconf locale w who users last lastb runlevel slabtop tload lvs vgs pvs lvdisplay vgdisplay pvdisplay xfs_info mountpoint pathchk fc-list fc-match lsb_release sw_vers vm_stat ipcs pwdx pmap top htop btop modinfo hostid getopt cpuid swapinfo factor iostat numastat locate plocate mlocate quota lsfd lsirq lsclocks lspci uuidgen".split(
    " ",
  );

/** Those that tell, among other things, where the disks are. */
const TELLING_DEVICES = new Set(["findmnt", "lsblk", "lvs", "pvs"]);

export const machine: CommandModel = command({
  names: NAMES,
  hasOtherOptions: true,
  options: { about: ABOUT },
  effects: ({ name, args }, context) => [
    ...namedFiles(args, context),
    prints(outputOf(name, args.length)),
  ],
});

function outputOf(name: string, count: number): TextSet {
  if (name === "uuidgen" && count === 0) return unknownDigits(8, 4, 4, 4, 12);
  return TELLING_DEVICES.has(name)
    ? [...madeOf(EMPTY, "/dev/**"), ...madeOf(EMPTY)]
    : madeOf(EMPTY);
}

/** Programs that only show the machine as well, but for these of their options. */
function showing(names: readonly string[], options: CommandModel["options"]): CommandModel {
  return command({
    names,
    hasOtherOptions: true,
    options: { ...options, about: ABOUT },
    effects: ({ args }, context) => [...namedFiles(args, context), prints(madeOf(EMPTY))],
  });
}

export const sar: CommandModel = showing(["sar"], { kept: role("output", taking("-o")) });

export const lshw: CommandModel = showing(["lshw"], { kept: role("output", taking("-dump")) });

/** It measures the program that stands behind its option. */
export const pidstat: CommandModel = command({
  names: ["pidstat"],
  hasOtherOptions: true,
  options: { program: takingWords("to-end", "-e"), about: ABOUT },
  effects: ({ args, values }, context) => [
    ...namedFiles(args, context),
    ...(values("program").length === 0 ? [] : [{ kind: "run", argv: values("program") } as const]),
    prints(madeOf(EMPTY)),
  ],
});

/** It changes how the cards work, too, and for whom. */
export const nvidiaSmi: CommandModel = command({
  names: ["nvidia-smi"],
  hasOtherOptions: true,
  options: {
    kept: role("output", taking("-f --filename")),
    changes: flags(
      "-r --gpu-reset -rgc --reset-gpu-clocks -rmc --reset-memory-clocks -rac --reset-applications-clocks",
    ),
    set: taking(
      "-pm --persistence-mode -e --ecc-config -p --reset-ecc-errors -c --compute-mode -ac --applications-clocks -lgc --lock-gpu-clocks -lmc --lock-memory-clocks -pl --power-limit -mig --multi-instance-gpu -am --accounting-mode --gom -dm --driver-model",
    ),
    about: ABOUT,
  },
  effects: ({ args, has }, context) => [
    ...namedFiles(args, context),
    ...(has("changes") || has("set")
      ? [effect<"deploy">({ kind: "deploy", system: "machine", operation: "settings" })]
      : []),
    prints(madeOf(EMPTY)),
  ],
});
