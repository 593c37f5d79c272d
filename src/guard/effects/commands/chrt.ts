// chrt, numactl, prlimit, setarch, cgexec and others: a program runs with other limits, order or memory.
import type { Text } from "../../shell/values/text.ts";
import { type CommandModel, command, type OptionSpec } from "../model/command-model.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect, runModel } from "../model/verbs.ts";

/** A program that starts another one. `running` is the option that names a process which is there already. */
type Wrapper = Readonly<Record<string, OptionSpec>>;

/** A model of it; so many words stand in front of the program. */
function wraps(names: readonly string[], options: Wrapper, before = 0): CommandModel {
  return command({
    names,
    optionsEnd: "first-operand",
    options: { ...options, about: flags("--help --version") },
    effects: ({ name, operands, has }) => {
      if (has("running"))
        return [effect<"deploy">({ kind: "deploy", system: "processes", operation: name })];
      return runs(operands.slice(before));
    },
  });
}

function runs(argv: readonly Text[]): ReturnType<CommandModel["effects"]> {
  return argv.length === 0 ? [] : [{ kind: "run", argv }];
}

const PERSONALITY = {
  style: flags(
    "BFILRSTXZ34vVh",
    "--32bit --fdpic-funcptrs --short-inode --addr-compat-layout --addr-no-randomize --whole-seconds --sticky-timeouts --read-implies-exec --mmap-page-zero --3gb --4gb --uname-2.6 --verbose --list",
  ),
  glued: maybeTaking("--show"),
};

export const linux32 = wraps(["linux32", "linux64"], PERSONALITY);

/** The architecture comes first, and options stand behind it too: `setarch x86_64 -R program`. */
export const setarch: CommandModel = command({
  names: ["setarch"],
  optionsEnd: "first-operand",
  options: { ...PERSONALITY, about: flags("--help --version") },
  effects: ({ name, operands, stdin }, context) =>
    runModel(linux32, { name, args: operands.slice(1), stdin }, context),
});

export const chrt = wraps(
  ["chrt"],
  {
    running: flags("p", "--pid"),
    choice: taking("TPD", "--sched-runtime --sched-period --sched-deadline"),
    style: flags(
      "abdfiormvRhV",
      "--all-tasks --batch --deadline --ext --fifo --idle --other --rr --max --verbose --reset-on-fork",
    ),
  },
  1,
);

export const numactl = wraps(["numactl"], {
  shared: role("output", taking("f", "--file")),
  choice: taking(
    "iwNCmpPoLSMIc",
    "--interleave --weighted-interleave --cpunodebind --physcpubind --membind --preferred --preferred-many --offset --length --shm --shmmode --shmid --cpubind",
  ),
  style: flags(
    "aslHbtdDTVu",
    "--all --show --hardware --localalloc --balancing --strict --dump --dump-nodes --touch --verify --huge",
  ),
});

export const prlimit = wraps(["prlimit"], {
  running: taking("p", "--pid"),
  choice: taking("o", "--output"),
  limit: maybeTaking(
    "cdefilmnqrstuvxy",
    "--core --data --nice --fsize --sigpending --memlock --rss --nofile --msgqueue --rtprio --stack --cpu --nproc --as --locks --rttime",
  ),
  style: flags("hV", "--noheadings --raw --verbose"),
});

export const cgexec = wraps(["cgexec"], { choice: taking("g"), style: flags("bh", "--sticky") });

export const cpulimit = wraps(["cpulimit"], {
  running: taking("pe", "--pid --exe"),
  choice: taking("lPcst", "--limit --path --cpu --signal"),
  style: flags(
    "vzimfbkrqh",
    "--verbose --lazy --include-children --monitor-forks --foreground --background --kill --restore --quiet",
  ),
});

export const eatmydata = wraps(["eatmydata"], { style: flags("h") });

export const fakeroot = wraps(["fakeroot"], {
  loaded: role("input", taking("i")),
  saved: role("output", taking("s")),
  choice: taking("lb", "--lib --faked --fd-base"),
  style: flags("uhv", "--unknown-is-real"),
});

export const proot = wraps(["proot"], {
  choice: taking(
    "rbmqwkpRSi",
    "--rootfs --bind --mount --qemu --pwd --cwd --kernel-release --port --change-id",
  ),
  style: flags("v0VhnlLH", "--verbose --root-id --kill-on-exit --link2symlink --netcoop --sysvipc"),
});

export const choom = wraps(["choom"], {
  running: taking("p", "--pid"),
  choice: taking("n", "--adjust"),
  style: flags("hV"),
});

export const schedtool = wraps(["schedtool"], {
  running: taking("p"),
  choice: taking("aMn"),
  style: flags("NFRBIDervh"),
});

export const uclampset = wraps(["uclampset"], {
  running: taking("p", "--pid"),
  choice: taking("mM"),
  style: flags("asRvhV", "--all-tasks --system --reset-on-fork --verbose --max"),
});

export const torsocks = wraps(["torsocks"], {
  choice: taking("upaP", "--user --pass --address --port"),
  style: flags("idqh", "--isolate --debug --quiet"),
});

export const torify = wraps(["torify"], { style: flags("vhdq") });

export const proxychains = wraps(["proxychains", "proxychains4"], {
  settings: role("input", taking("f")),
  style: flags("q"),
});

export const tsocks = wraps(["tsocks"], { style: flags("h") });
