// valgrind: runs a program under a tool that looks for mistakes of memory, and writes down what it found.
import { hole } from "../../shell/values/text.ts";
import { type CommandModel, command, reads, writes } from "../model/command-model.ts";
import { compresses } from "../bytes/archive.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { numbered } from "../arguments/generated-names.ts";

/** Values of these options stand after a sign; the program's own options come after its name. */
export const valgrind: CommandModel = command({
  names: ["valgrind"],
  optionsEnd: "first-operand",
  options: {
    logs: taking(
      "--log-file --xml-file --callgrind-out-file --cachegrind-out-file --massif-out-file --dhat-out-file",
    ),
    socket: taking("--log-socket"),
    reads: taking("--suppressions"),
    tool: taking("--tool"),
    style: maybeTaking(
      "--leak-check --leak-resolution --show-leak-kinds --show-reachable --show-possibly-lost --errors-for-leak-kinds --track-origins --track-fds --num-callers --error-exitcode --error-limit --exit-on-first-error --trace-children --trace-children-skip --child-silent-after-fork --vgdb --vgdb-error --time-stamp --gen-suppressions --xml --xml-user-comment --demangle --max-stackframe --main-stacksize --undef-value-errors --freelist-vol --malloc-fill --free-fill --smc-check --read-var-info --read-inline-info --fair-sched --sim-hints --kernel-variant --keep-debuginfo --extra-debuginfo-path --dump-instr --collect-jumps --collect-atstart --instr-atstart --cache-sim --branch-sim --toggle-collect --separate-threads --heap --stacks --time-unit --detailed-freq --max-snapshots --threshold --pages-as-heap --depth --alloc-fn --history-level --conflict-cache-size --free-is-write --expensive-definedness-checks --partial-loads-ok --show-below-main --fullpath-after --fn-skip --I1 --D1 --LL --sigill-diagnostics --unw-stack-scan-thresh --merge-recursive-frames --num-transtab-sectors --aspace-minaddr --valgrind-stacksize --show-emwarns --require-text-symbol --soname-synonyms --progress-interval --xtree-memory --xtree-leak --ignore-fn --ignore-range-below-sp --show-mismatched-frees --mode --verbose --quiet --show-error-list",
    ),
    short: flags("-q -v -d -h -s"),
    about: ABOUT,
  },
  effects: ({ operands, values, stdin }) => {
    const usual = values("tool").length > 0 && values("logs").length === 0;
    return [
      ...compresses(["valgrind.bin", "memcheck-amd64-linux"]),
      ...values("reads").map((path) => reads(path)),
      ...values("logs").map((path) => writes(numbered(path), "create")),
      // Tools that measure write a file of their own, with the number of the process.
      ...(usual
        ? [writes([hole("unmodelled", { like: "*.out.*", splits: false })], "create")]
        : []),
      ...values("socket").map(
        (url) =>
          ({ kind: "contacts", url, scheme: "tcp", carries: [{ kind: "unknown" }] }) as const,
      ),
      ...(operands.length === 0 ? [] : [{ kind: "run", argv: operands, stdin } as const]),
    ];
  },
});
