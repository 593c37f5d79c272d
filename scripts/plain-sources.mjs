// Lets node run the sources as the build leaves them: without their types and nothing added, for `node -C source --import`.
import { register } from "node:module";

register("./plain-sources-hooks.mjs", import.meta.url);
