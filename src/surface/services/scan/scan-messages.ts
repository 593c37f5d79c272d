// What a scan and its threads say to each other.
import type { AskedFile, CleanFile, Wanted } from "./clean-file.ts";

/** What a thread is started with. */
export type ScanThread = { readonly wanted: Wanted };
/** Files to be looked at, and for each of them whether it is clean. */
export type ToScanThread = { readonly files: readonly AskedFile[] };
export type FromScanThread = { readonly clean: readonly (CleanFile | undefined)[] };
