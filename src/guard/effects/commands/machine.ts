// lscpu, lsblk, findmnt and others that only show the machine, its processes and its file systems.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { namedFiles } from "../model/verbs.ts";

/** None of them writes, runs or contacts anything, whatever its options say; they may read what they are given. */
const NAMES =
  "pstree vmstat mpstat lscpu lsblk lsusb lsmem lsipc lsns lsmod lslocks findmnt namei lsattr getfacl getcap getconf locale w who users last lastb runlevel slabtop tload lvs vgs pvs lvdisplay vgdisplay pvdisplay xfs_info mountpoint pathchk fc-list fc-match lsb_release sw_vers vm_stat ipcs pwdx pmap top htop btop modinfo hostid getopt cpuid swapinfo factor iostat pidstat numastat locate plocate mlocate quota lsfd lsirq lsclocks lspci lshw uuidgen nvidia-smi sar".split(
    " ",
  );

/** Those that tell, among other things, where the disks are. */
const TELLING_DEVICES = new Set(["findmnt", "lsblk", "lvs", "pvs"]);

export const machine: CommandModel = command({
  names: NAMES,
  own: "whole lines are matched",
  options: {},
  effects: ({ name, args }, context) => [
    ...namedFiles(args, context),
    prints(
      TELLING_DEVICES.has(name) ? [...madeOf(EMPTY, "/dev/**"), ...madeOf(EMPTY)] : madeOf(EMPTY),
    ),
  ],
});
