// ffmpeg and ffprobe: read, change and show sound and film, from files and from addresses.
import { EMPTY, hole, knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { opens } from "../projects/file-program.ts";
import { cannotTell, isFile, madeOf, readsUnknown, writesUnknown } from "../model/filter.ts";
import { madeBeside, numbered } from "../arguments/generated-names.ts";

/** Options without a value, by name; a stream (`:v:0`) may stand after each option. */
const FLAGS = new Set(
  "y n nostdin stdin hide_banner version buildconf formats muxers demuxers devices codecs decoders encoders bsfs protocols filters pix_fmts layouts sample_fmts dispositions colors hwaccels stats nostats an vn sn dn shortest copyts start_at_zero re accurate_seek noaccurate_seek autorotate noautorotate autoscale noautoscale dump hex bitexact xerror ignore_unknown copy_unknown seek_timestamp benchmark benchmark_all qphist psnr intra deinterlace L h help fix_sub_duration find_stream_info nofind_stream_info show_format show_streams show_packets show_frames show_chapters show_programs show_stream_groups show_error show_data show_versions show_program_version show_library_versions show_pixel_formats show_private_data count_frames count_packets pretty unit prefix byte_binary_prefix sexagesimal private noprivate nodisp autoexit infbuf framedrop apad debug_ts".split(
    " ",
  ),
);
/** Options whose value is no file. */
const VALUED = new Set(
  "c codec vcodec acodec scodec dcodec t to fs ss sseof isync itsoffset itsscale timestamp metadata disposition program target q qscale vframes aframes dframes frames r fpsmax s aspect pix_fmt sws_flags swr_flags rc_override pass b ab vb ar ac aq vol sample_fmt channel_layout ch_layout preset tune crf qp cq profile level g bf refs threads map map_metadata map_chapters map_channel movflags loglevel v max_muxing_queue_size muxing_queue_data_threshold muxdelay muxpreload probesize analyzeduration formatprobesize stream_loop framerate video_size sample_rate channels bsf absf vbsf tag vtag atag x264-params x265-params x264opts svtav1-params aom-params cpu-used deadline row-mt tile-columns tile-rows lag-in-frames auto-alt-ref qmin qmax qcomp qblur maxrate minrate bufsize keyint_min sc_threshold forced-idr force_key_frames vsync fps_mode async hwaccel hwaccel_device hwaccel_output_format init_hw_device color_primaries color_trc colorspace color_range compression_level quality lossless loop hls_time hls_list_size hls_playlist_type hls_flags hls_segment_type start_number segment_time segment_format segment_times reset_timestamps safe of print_format output_format show_entries select_streams read_intervals sections show_log strict err_detect fflags flags flags2 avoid_negative_ts timecode update frame_pts discard guess_layout_max thread_queue_size filter_threads filter_complex_threads max_alloc max_error_rate cpuflags id3v2_version write_id3v1 write_xing brand joint_stereo application vbr frame_duration cutoff aframe_size me_method subq trellis coder flush_packets copytb stats_period seek2any vtype dither_method output_sample_rate lowres skip_frame enc_time_base time_base video_track_timescale window_title volume ast vst sst rtsp_transport rw_timeout timeout user_agent alpha_quality pred mpv_flags intra_refresh bluray-compat".split(
    " ",
  ),
);
const FILTERS = new Set("vf af filter filter_complex lavfi".split(" "));
const READ = new Set(
  "filter_script filter_complex_script attach pre vpre apre spre fpre".split(" "),
);
const WRITTEN = new Set(
  "passlogfile progress dump_attachment vstats_file hls_segment_filename segment_list sdp_file o".split(
    " ",
  ),
);
/** Filters that open a file, run a plugin or listen, and settings of filters that name a file. */
const OPENING =
  /\b(?:a?movie|subtitles|ass|lut[13]d|a?zmq|frei0r(?:_src)?|ladspa|lv2|a?sendcmd|removelogo|find_rect|cover_rect|ocr|arnndn|sofalizer|asr|flite|dnn_\w+|libvmaf|vidstab\w+|signature|libplacebo|haldclutsrc|textfile|fontfile|file|filename|stats_file|log_path|model\w*|psfile)\s*=/;
/** The same, where the file is named plainly. */
const PLAINLY = /\b(?:a?movie|subtitles|ass)=(?:filename=)?([\w./-]+)(?=[,;[\]:]|$)/g;
/** Formats that write more files than the one that is named. */
const SEVERAL = /\.(?:m3u8|mpd|ism)$/i;

type Output = { readonly path: Text; readonly format: string | undefined };

export const ffmpeg: CommandModel = command({
  names: ["ffmpeg", "ffprobe", "ffplay"],
  own: "an option belongs to the file behind it, so the same word says how one is read and how the next is written",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const found: Consequence[] = [];
    const inputs: Text[] = [];
    const outputs: Output[] = [];
    let format: string | undefined;
    for (let at = 0; at < args.length; at += 1) {
      const word = args[at] ?? [];
      const text = textOf(word);
      const start = text ?? knownPrefix(word);
      const next = args[at + 1] ?? [];
      if (!start.startsWith("-") || start === "-") {
        if (start === "" && text === undefined && !isBounded(word))
          found.push(cannotTell("unknown-option", `an argument of \`${name}\` that is not known`));
        // The other two only show what they are given.
        if (name === "ffmpeg") outputs.push({ path: word, format });
        else inputs.push(word);
        format = undefined;
        continue;
      }
      const option = start.replace(/^--?/, "").replace(/:.*$/s, "");
      if (option === "report" || option === "vstats")
        found.push(writes([hole("unmodelled", { like: "*.log", splits: false })], "create"));
      else if (FLAGS.has(option)) continue;
      else {
        at += 1;
        if (option === "f") format = textOf(next) ?? "?";
        else if (option === "i") {
          found.push(...input(next, format, context));
          inputs.push(next);
          format = undefined;
        } else if (FILTERS.has(option)) found.push(...graph(textOf(next)));
        else if (READ.has(option)) found.push(reads(next));
        else if (WRITTEN.has(option)) found.push(...output({ path: next, format: undefined }));
        else if (!VALUED.has(option)) {
          found.push(
            cannotTell(
              "unknown-option",
              `\`${name}\` has an option that sallyport does not know: \`-${option.slice(0, 40)}\``,
            ),
          );
          at -= 1;
        }
      }
    }
    if (name !== "ffmpeg") found.push(...inputs.flatMap((path) => input(path, undefined, context)));
    const texts = [...inputs.flatMap((path) => context.contentOf(path)), ...(stdin ?? EMPTY)];
    const content = madeOf(texts);
    return [...found, ...outputs.flatMap((one) => output(one, content)), prints([[], ...content])];
  },
});

/** Whether a word that is not known is bound to be a name. */
function isBounded(word: Text): boolean {
  const [first] = word;
  return first?.kind === "glob" || (first?.kind === "hole" && /^[^*?[-]/.test(first.like ?? ""));
}

/** What is opened for an input: a file, an address, a device, or what a list names. */
function input(
  word: Text,
  format: string | undefined,
  context: ModelContext,
): readonly Consequence[] {
  const text = textOf(word);
  if (format === "lavfi") return graph(text);
  if (format === "concat") return [reads(word), ...listed(word, context)];
  if (text === undefined) return opens(word, "entry");
  if (/^(?:-|pipe:\d*|fd:|data:.*)$/s.test(text)) return [];
  if (text.startsWith("file:")) return [reads(literal(text.slice(5)))];
  if (text.startsWith("concat:"))
    return text
      .slice(7)
      .split("|")
      .map((path) => reads(literal(path)));
  if (/^[a-z0-9+]{2,}:\/\//i.test(text)) return opens(word, "entry");
  if (
    /^[a-z][a-z0-9+]+[:,]/i.test(text) ||
    /^(?:x11grab|v4l2|alsa|pulse|avfoundation|dshow|gdigrab|kmsgrab)$/.test(format ?? "")
  )
    return readsUnknown("an input of `ffmpeg` that is no plain file");
  return [
    ...(/[*?]/.test(text)
      ? [reads([hole("dynamic-path", { like: text, splits: false })])]
      : [reads(numbered(word))]),
    ...(/\.(?:m3u8?|mpd|sdp|ffconcat|cue|asx|pls)$/i.test(text)
      ? readsUnknown("files and addresses that a list of parts names")
      : []),
  ];
}

/** Files that a list for the `concat` format names, where its text is known. */
function listed(list: Text, context: ModelContext): readonly Consequence[] {
  const folder = (textOf(list) ?? "").replace(/[^/]*$/, "");
  return context.textAt(list).flatMap((one): readonly Consequence[] => {
    const text = textOf(one);
    const lines = text
      ?.split("\n")
      .filter((line) => !/^\s*(?:#|$|ffconcat|duration|inpoint|outpoint|stream)/.test(line));
    const names = lines?.map((line) => /^\s*file\s+'?([^'\s]+)'?\s*$/.exec(line)?.[1]);
    if (names === undefined || names.includes(undefined))
      return readsUnknown("files that a list of parts names");
    return names.flatMap((name = "") =>
      opens(literal(/^(?:\/|[a-z]+:)/.test(name) ? name : folder + name), "entry"),
    );
  });
}

/** What a graph of filters opens. */
function graph(text: string | undefined): readonly Consequence[] {
  if (text === undefined) return [cannotTell("dynamic-code", "filters that are not known")];
  const plain = [...text.matchAll(PLAINLY)].map(([, path = ""]) => reads(literal(path)));
  return OPENING.test(text.replace(PLAINLY, ""))
    ? [...plain, ...readsUnknown("a filter that opens files or runs a plugin")]
    : plain;
}

/** What an output writes or reaches. */
function output({ path, format }: Output, content = madeOf(EMPTY)): readonly Consequence[] {
  const text = textOf(path);
  if (text !== undefined && /^(?:-|pipe:\d*|fd:)$/.test(text)) return [];
  if (format === "null" || text === "/dev/null") return [];
  if (/^(?!file:)[a-z0-9+]{2,}:/i.test(knownPrefix(path)))
    return [
      {
        kind: "contacts",
        url: path,
        carries: content.flatMap((one) =>
          one.flatMap((piece) => (piece.kind === "hole" ? piece.sources : [])),
        ),
      },
    ];
  if (format === "tee" || format === "?")
    return writesUnknown("outputs of `ffmpeg` that are named in one word");
  const plain = text?.startsWith("file:") === true ? literal(text.slice(5)) : path;
  const name = textOf(plain);
  const isSeveral =
    SEVERAL.test(name ?? ".mpd") ||
    /^(?:hls|dash|s?segment|stream_segment|smoothstreaming|image2)$/.test(format ?? "");
  return [
    writes(numbered(plain), "create", { content }),
    ...(isSeveral && name !== undefined && isFile(plain)
      ? [writes(madeBeside(plain), "create", { content })]
      : []),
  ];
}
