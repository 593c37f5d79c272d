// Detours of programs in PHP, and what they come to.
import { bare, type Folding, of, quoted } from "./folding.ts";

/** Files that are deleted as they are listed, and variables in commands of a shell. */
export const PHP: readonly Folding[] = [
  of(
    String.raw`\bforeach\s*\(\s*(?:new\s+\w*DirectoryIterator|scandir|glob)\(\s*(TEXT)\s*\)[^)]{0,60}\)\s*\{?[^;]{0,60}\b(unlink|rmdir)\(`,
    (path, verb) => `${verb}(${quoted(`${bare(path).replace(/\/\*$/, "")}/x`)}); ${verb}(`,
  ),
  of(
    "`([^`$]{0,200})\\$(\\w{1,40})([^`$]{0,200})`",
    (before, name, after) => `shell_exec('${before}'.$${name}.'${after}')`,
  ),
];
