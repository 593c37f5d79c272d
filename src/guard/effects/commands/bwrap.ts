// bwrap and firejail: a program runs in a jail that sees what it is given of this machine.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { flags, maybeTaking, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect } from "../model/verbs.ts";
import { cannotTell } from "../model/filter.ts";

export const bwrap: CommandModel = command({
  names: ["bwrap"],
  optionsEnd: "first-operand",
  options: {
    // What is here, and where it is inside.
    places: takingWords(
      2,
      "--bind --bind-try --ro-bind --ro-bind-try --dev-bind --dev-bind-try --symlink",
    ),
    layers: taking("--overlay-src --tmp-overlay --ro-overlay"),
    layered: takingWords(3, "--overlay"),
    pairs: takingWords(
      2,
      "--setenv --file --bind-data --ro-bind-data --bind-fd --ro-bind-fd --chmod",
    ),
    user: taking("--uid"),
    rights: taking("--cap-add"),
    more: taking("--args"),
    choice: taking(
      "--gid --hostname --chdir --unsetenv --lock-file --sync-fd --remount-ro --exec-label --file-label --proc --dev --tmpfs --mqueue --dir --seccomp --add-seccomp-fd --block-fd --userns-block-fd --info-fd --json-status-fd --cap-drop --perms --size --userns --userns2 --pidns --argv0",
    ),
    style: flags(
      "--unshare-all --share-net --unshare-user --unshare-user-try --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --unshare-cgroup-try --disable-userns --assert-userns-disabled --clearenv --new-session --die-with-parent --as-pid-1 --level-prefix",
    ),
    about: flags("--help --version"),
  },
  effects: ({ operands, has, values }) => {
    const places = values("places").map((word) => textOf(word));
    // A place of the machine stands for another inside: what a path means there is not what it means here.
    const isMoved = places.some(
      (place, at) => at % 2 === 0 && (place === undefined || place !== places[at + 1]),
    );
    const isRoot = values("user").some((user) => textOf(user) === "0") || has("rights");
    return [
      ...(isRoot ? [ROOT] : []),
      ...(isMoved || has("layers") || has("layered") ? [MOVED] : []),
      ...(has("more") ? [cannotTell("unknown-option", "options of `bwrap` from a file")] : []),
      ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands } as const]),
    ];
  },
});

const ROOT = effect<"privilege">({
  kind: "privilege",
  means: "user-namespace",
  user: "root",
});
/** WHY: the program is followed as if its paths were those of the machine. */
const MOVED = cannotTell("dynamic-path", "paths that mean something else inside the jail");

export const firejail: CommandModel = command({
  names: ["firejail"],
  optionsEnd: "first-operand",
  hasOtherOptions: true,
  options: {
    results: role("output", maybeTaking("--output --output-stderr --trace")),
    settings: role("input", maybeTaking("--profile")),
    code: role("shell code", taking("-c")),
    about: flags("--help --version --list --tree"),
  },
  effects: ({ operands, has, stdin }): readonly Consequence[] => {
    if (operands.length > 0) return [{ kind: "run", argv: operands }];
    // Without a program a shell starts.
    return has("about") || has("code") ? [] : [{ kind: "run", argv: [literal("sh")], stdin }];
  },
});
