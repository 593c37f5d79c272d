// Every bound on foreign input, named once. Past a bound the answer is `unknown` or an error, never silence.

/** Bytes of one hook payload that the daemon reads before it answers deny. The client was measured sending 5 MB whole. */
export const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
/** Characters of command text given to the parser; the rest becomes `unknown`. Parsing 64 KiB takes about 86 ms. */
export const COMMAND_CHARS_MAX = 64 * 1024;
/** Nested or unclosed openers accepted before parsing; deeper nesting makes the parser quadratic. */
export const OPENERS_MAX = 64;
/** Here-documents of one command, and what is written like one. */
export const HERE_DOCUMENTS_MAX = 1_024;
/** Steps one evaluation may take; a step is a command, a word or an alternative. */
export const STEPS_MAX = 20_000;
/** Characters of a text, pieces of abstract texts and paths written by the call that cost one step to go through. */
export const CHARS_PER_STEP = 128;
export const PIECES_PER_STEP = 8;
export const PATHS_PER_STEP = 16;
/** Consequences of one program that are followed when the steps are used up; the rest are in the `unknown` that says so. */
export const CONSEQUENCES_PAST_STEPS = 64;
/** Alternative texts kept for one word or variable; more become a hole. */
export const ALTERNATIVES_MAX = 32;
/** Pieces in one abstract text; a longer text becomes a hole. */
export const PIECES_MAX = 64;
/** Argument vectors tried for one command; more are joined into holes. */
export const ARGUMENT_VECTORS_MAX = 64;
/** Words that all these hold together, where a command has many. */
export const ARGUMENT_WORDS_MAX = 2_048;
/** Characters of a known text carried through pipes and variables. */
export const TEXT_CHARS_MAX = 64 * 1024;
/** Characters of one program in another language that are read lightly; a longer one may do anything. */
export const PROGRAM_CHARS_MAX = 16 * 1024;
/** Fields that one word may expand to. */
export const FIELDS_MAX = 512;
/** Effects reported for one call; the rest are one `unknown: budget`. */
export const EFFECTS_MAX = 512;
/** Secrets and personal data reported for one call. */
export const FINDINGS_MAX = 64;
/** Findings that one scan of a text collects, whatever it reports; more leave it unfinished. */
export const SCAN_FINDINGS_MAX = 10_000;
/** Rows of a table in a text whose cells are looked at for what the head of their column names. */
export const TABLE_ROWS_MAX = 2_000;
/**
 * Steps of one scan of a text: a step is 64 characters given to one detector. Real code needs a third of this; where the keywords
 * of all detectors stand everywhere, the scan stops when it has looked at 32 times the text.
 */
export const scanStepsMax = (chars: number): number => 4_096 + Math.ceil(chars / 2);
/** Bytes of a file of instructions (CLAUDE.md) that are looked through; a prompt with a larger one is refused. The client (2.1.332) reads up to some 4 MB. */
export const INSTRUCTIONS_BYTES_MAX = 512 * 1024;
/** Bytes from the end of a transcript that are read for the files that a session has read; the client takes the newest five again. */
export const TRANSCRIPT_BYTES_MAX = 16 * 1024 * 1024;
/** Files that a session has read and that are looked through before it is summed up, the newest first, and bytes of each. */
export const READ_AGAIN_FILES_MAX = 64;
export const READ_AGAIN_BYTES_MAX = 1024 * 1024;
/**
 * Files that go along with one prompt and are looked through, entries of one folder of them, and how deep folders and imports are followed. With
 * more files, fuller or deeper folders a prompt is refused; imports that lie deeper are not followed by the client.
 */
export const SENT_FILES_MAX = 512;
export const SENT_ENTRIES_MAX = 4_000;
export const SENT_DEPTH_MAX = 5;
/** Entries of a `.claudeignore` that become rules, and wildcards in one: each is looked at for each path of a call. */
export const CLAUDEIGNORE_ENTRIES_MAX = 500;
export const CLAUDEIGNORE_WILDCARDS_MAX = 16;
/** Encodings around each other that a scan undoes; `base64` of `gzip` is two. */
export const DECODED_DEPTH_MAX = 2;
/** Files of scripts and recipes that evaluation of one call looks into; what they start may be themselves. */
export const SCRIPT_FILES_MAX = 24;
/** Nesting of functions, `eval`, `source`, `bash -c` and wrappers. */
export const DEPTH_MAX = 24;
/** Characters of a path that a kernel takes; a longer one leads nowhere. */
export const PATH_CHARS_MAX = 4_096;
/** Characters of all working directories that are followed at once: every word of every command is seen from each. */
export const DIRECTORIES_CHARS_MAX = 8_192;
/** Digits of a number in arithmetic that are read. */
export const ARITHMETIC_DIGITS_MAX = 64;
/** Passes over a loop body before its variables become holes. */
export const LOOP_PASSES_MAX = 3;
/** Passes in which a loop must come to rest afterwards; each turns at least one more variable into a hole. */
export const LOOP_SETTLING_PASSES_MAX = 12;
/** Rounds in which evaluation may ask for facts. */
export const FACT_ROUNDS_MAX = 4;
/** Fact queries answered in one round. */
export const FACT_QUERIES_MAX = 256;
/** Paths returned for one glob or tree query. */
export const FACT_PATHS_MAX = 25_000;
/** Words of a search of which a file may hold one, and files that are asked about. */
export const REQUIRED_WORDS_MAX = 16;
export const REQUIRED_FILES_MAX = 16;
/** Directory entries visited for one glob or tree query: those of a large repository, in some 0.3 s of processor time. */
export const FACT_ENTRIES_MAX = 100_000;
/** Directories of one PATH in which a program is looked for. */
export const PROGRAM_DIRECTORIES_MAX = 128;
/** Bytes of one file handed to the evaluator as text. */
export const FACT_TEXT_BYTES_MAX = 64 * 1024;
/** Bytes of one lock file that are read, packages in it, and packages of the repository's own that are looked at besides. */
export const LOCK_BYTES_MAX = 4 * 1024 * 1024;
export const LOCK_PACKAGES_MAX = 20_000;
export const LOCK_WORKSPACES_MAX = 32;
/** Directories above the working directory in which settings of a package manager are looked for. */
export const DIRECTORIES_ABOVE_MAX = 16;
/** Characters of one file of a corpus for a backtest, files of one corpus, and commands in them all. */
export const CORPUS_FILE_CHARS_MAX = 4 * 1024 * 1024;
export const CORPUS_FILES_MAX = 1_000;
export const CORPUS_COMMANDS_MAX = 100_000;
/** Bytes of one file or blob that a scan looks at; what is behind them is named as not looked at. */
export const SCAN_FILE_BYTES_MAX = 256 * 1024 * 1024;
/** Bytes of an archive that a scan opens, of one entry, of all it holds, and how many times larger an entry of 1 MiB may be than it is packed. */
export const ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;
export const ARCHIVE_ENTRY_BYTES_MAX = 64 * 1024 * 1024;
export const ARCHIVE_UNPACKED_BYTES_MAX = 256 * 1024 * 1024;
export const ARCHIVE_RATIO_MAX = 200;
/** Entries of an archive with those in it, archives in one another, and characters of an entry's name. */
export const ARCHIVE_ENTRIES_MAX = 20_000;
export const ARCHIVE_DEPTH_MAX = 2;
export const ARCHIVE_NAME_CHARS_MAX = 400;
/** Characters that a scan gives to the detectors at once, and those before and after them that it adds for their sake. */
export const SCAN_WINDOW_CHARS = 512 * 1024;
export const SCAN_WINDOW_BEFORE_CHARS = 4 * 1024;
export const SCAN_WINDOW_AFTER_CHARS = 16 * 1024;
/** Findings of one window, and of one scan, that are listed; that there are more is said. */
export const SCAN_WINDOW_FINDINGS_MAX = 1_000;
export const SIGHTINGS_MAX = 20_000;
/** Places of each kind that a scan names as not looked at or left out; the rest are counted. */
export const SCAN_PLACES_MAX = 2_000;
/** Files and blobs that one scan takes, and directories below one another that it enters. */
export const SCAN_FILES_MAX = 5_000_000;
export const SCAN_DEPTH_MAX = 64;
/** Bytes of one name in the output of git. */
export const GIT_NAME_BYTES_MAX = 64 * 1024;
/** Characters of one filter over the log, terms in it, and how deep its parentheses and negations go. */
export const FILTER_CHARS_MAX = 4_096;
export const FILTER_TERMS_MAX = 64;
export const FILTER_DEPTH_MAX = 16;
/** Characters of one SQL question about the log, and rows and bytes of one answer. */
export const SQL_CHARS_MAX = 16 * 1024;
export const QUERY_ROWS_MAX = 10_000;
export const QUERY_BYTES_MAX = 8 * 1024 * 1024;
/** Bytes of one request of telemetry as it arrives and when it is unpacked; the client sends some tens of KB. */
export const OTLP_BODY_BYTES_MAX = 4 * 1024 * 1024;
export const OTLP_UNPACKED_BYTES_MAX = 8 * 1024 * 1024;
/** Log records, data points or spans of one request of telemetry, and attributes of one of them, that are looked at. */
export const OTLP_RECORDS_MAX = 20_000;
export const OTLP_ATTRIBUTES_MAX = 128;
/** Entries and bytes of one batch that a collector takes. A batch of made-up entries of full number has 1.5 MB. */
export const FLEET_BATCH_ENTRIES_MAX = 2_000;
export const FLEET_BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** Subjects that one request to a collector erases. */
export const FLEET_ERASED_SUBJECTS_MAX = 1_000;
/** Calls and sessions that a look at the record's completeness follows at once; the oldest are forgotten first, and that is said. */
export const COMPLETENESS_CALLS_MAX = 1_000_000;
/** Bytes of one raw text of a call that is kept, and of all of one day. */
export const RAW_TEXT_BYTES_MAX = 64 * 1024;
export const RAW_DAY_BYTES_MAX = 256 * 1024 * 1024;
/** Files of one place that are searched for a person, and bytes of one that is read. */
export const PERSONAL_FILES_MAX = 200_000;
export const PERSONAL_FILE_BYTES_MAX = 256 * 1024 * 1024;
/** Characters of one pipeline file, parts that it stands for with every alias written out, and how deep they lie in one another. */
export const PIPELINE_CHARS_MAX = 1024 * 1024;
export const PIPELINE_NODES_MAX = 50_000;
export const PIPELINE_DEPTH_MAX = 64;
/** Brackets of such a file that may be open at once before it is parsed. */
export const PIPELINE_OPENERS_MAX = 500;
/** Entries of a repository that an audit walks past, files of interest that it takes, and bytes of their text together. */
export const AUDIT_ENTRIES_MAX = 2_000_000;
export const AUDIT_FILES_MAX = 20_000;
export const AUDIT_TEXT_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of files that an audit looks through for secrets. */
export const AUDIT_SCAN_BYTES_MAX = 4 * 1024 * 1024;
/** Commands of a repository that an audit judges. */
export const AUDIT_COMMANDS_MAX = 200;
