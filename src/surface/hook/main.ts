// The program `dist/hook.cjs`: arms the process to fail closed, then runs `hook-program.cjs` beside it, with compiled code where it fits.
import { compileBuilt, readBuilt } from "../program/compiled-code.ts";
import { failClosed, refuse } from "./fail-closed.ts";

declare const PROGRAM_DIGEST: string;
declare const CACHE_DIGEST: string;

failClosed();
const built = readBuilt(
  import.meta.url,
  { name: "hook-program.cjs", digest: PROGRAM_DIGEST },
  { name: "hook-program.cache", digest: CACHE_DIGEST },
);
if (built === undefined) {
  refuse(
    "the hook's program is missing or damaged, so the call is refused; install sallyport again",
  );
}
compileBuilt(built)(process.getBuiltinModule, import.meta.url);
