// Options that name where results go, as most programs spell them, and what follows where that is elsewhere.
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "./command-model.ts";
import { writes } from "./consequences.ts";

/** Options that name where results go, in most programs that make some. */
const RESULTS =
  /^--?(?:o|d|out(?:put)?(?:-?(?:dir|file|path|directory))?|out[-_]?(?:dir|file)|dest(?:ination)?|dist|target-dir|artifact-dir|pack-destination|prefix|root|report-dir|coverage-dir)$|^--?(?:[a-z][a-z0-9]*[-_.])*(?:out|output|outputs|outfile|outdir|dest|destination|destdir|dist|distpath|workpath|distdir|builddir|save|saveto|save-to|save-as|write|write-to|export|export-to|export-path|export-dir|dump|dumpfile|dump-to|report|report-file|report-path|reports|coverprofile|cpuprofile|memprofile|blockprofile|mutexprofile|trace-output|basetemp|junitxml|junit-xml|junit|tap-file|logfile|log-file|log-path|log-dir|log-output|dumppath|emit|generate-to|artifacts?|artifacts?-(?:dir|path)|result(?:s|-file|-dir)?|results-(?:dir|file|directory)|snapshot-dir|cache-dir|cachedir|cache-path|download-dir|install-dir|install-root|install-path|bin-dir|data-dir|datadir|user-data-dir|build-dir|build-path|buildpath|scratch-path|derivedDataPath|archivePath|exportPath|resultBundlePath|publish-dir|site-dir|public-dir|screenshot|print-to-pdf|to-file|to-dir|target|stage-dir|staging-dir|specpath|cert-file|key-file|bundle-out|metafile|tsbuildinfo|tsBuildInfoFile|declarationDir|sarif|json-report|html-report|cov-report|trace-file|pid-?file)$/i;

/** Places outside the working directory that options of a call name for results. */
export function writesElsewhere(args: readonly Text[]): readonly Consequence[] {
  return args.flatMap((word, at): readonly Consequence[] => {
    const text = textOf(word);
    const [option = "", value] = text?.split(/=(.*)/s) ?? [];
    const named =
      value !== undefined && RESULTS.test(option)
        ? literal(value)
        : RESULTS.test(textOf(args[at - 1] ?? []) ?? "")
          ? word
          : undefined;
    return named !== undefined && /^(?:\/|~|\.\.(?:\/|$))/.test(knownPrefix(named))
      ? [writesBelow(named)]
      : [];
  });
}

/**
 * Results go below a place. WHY not all below `~/.local`: a build that is told to install there adds to `bin`, `lib` and `share`, and
 * everybody's files, ours too, lie beside them; code of unbounded reach stands beside.
 */
export function writesBelow(place: Text): Consequence {
  const isShared = /(?:^|\/)\.local\/?$/.test(textOf(place) ?? "");
  return isShared ? writes(place, "create") : writes(place, "create", { reach: "tree" });
}
