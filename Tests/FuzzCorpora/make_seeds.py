"""Makes tiny inputs for the fuzzer to begin with: make_seeds.py FOLDER (docs/fuzzing.md).

Needs the encoders that the tests need: lame, flac, oggenc and opusenc.
"""

import json
import math
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(sys.argv[1])


def keep(target, name, data):
    path = FOLDER / target
    path.mkdir(parents=True, exist_ok=True)
    (path / name).write_bytes(data)


def chunk(name, body, order="<"):
    return name + struct.pack(order + "I", len(body)) + body + b"\0" * (len(body) % 2)


def tone(count, rate):
    return [round(9000 * math.sin(2 * math.pi * 300 * n / rate)) for n in range(count)]


def pcm(samples, order="<"):
    return struct.pack(f"{order}{len(samples)}h", *samples)


# PCM containers of 0.3 seconds and of a few samples.
def wav(samples, rate=4000, extra=b""):
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    body = b"WAVE" + chunk(b"fmt ", form) + extra + chunk(b"data", pcm(samples))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def rf64(samples, rate=4000):
    data = pcm(samples)
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    sizes = struct.pack("<QQQI", 0, len(data), len(samples), 0)
    return (b"RF64\xff\xff\xff\xffWAVE" + chunk(b"ds64", sizes) + chunk(b"fmt ", form)
            + b"data\xff\xff\xff\xff" + data)


W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")


def w64(samples, rate=4000):
    def part(name, body):
        return name + W64_TAIL + struct.pack("<Q", len(body) + 24) + body + b"\0" * (-len(body) % 8)

    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    body = b"wave" + W64_TAIL + part(b"fmt ", form) + part(b"data", pcm(samples))
    mark = bytes.fromhex("726966662e91cf11a5d628db04c10000")
    return mark + struct.pack("<Q", len(body) + 24) + body


def extended(rate):
    shift = 64 - rate.bit_length()
    return struct.pack(">HQ", 16383 + 63 - shift, rate << shift)


def aiff(samples, rate=4000, compression=b""):
    common = struct.pack(">hIh", 1, len(samples), 16) + extended(rate)
    common += compression + b"\0\0" if compression else b""
    body = (b"AIFC" if compression else b"AIFF") + chunk(b"COMM", common, ">")
    body += chunk(b"NAME", b"A title", ">") + chunk(b"SSND", bytes(8) + pcm(samples, ">"), ">")
    return b"FORM" + struct.pack(">I", len(body)) + body


def caf(samples, rate=4000):
    description = struct.pack(">d4sIIIII", rate, b"lpcm", 2, 2, 1, 1, 16)
    data = bytes(4) + pcm(samples)
    return (b"caff" + struct.pack(">HH", 1, 0) + b"desc" + struct.pack(">q", 32) + description
            + b"data" + struct.pack(">q", len(data)) + data)


# MPEG frames without sound: layer III at 32 kbit/s, mono, 44,100 Hz; and tags around them.
FRAME = b"\xff\xfb\x10\xc0" + bytes(100)
XING = b"\xff\xfb\x10\xc0" + bytes(17) + b"Info" + struct.pack(">III", 3, 4, 520) + bytes(67)
LAYER2 = b"\xff\xfd\x10\xc0" + bytes(100)
FREE = b"\xff\xfb\x00\xc0" + bytes(60)


def synchsafe(number):
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(frames, version=3, flags=0):
    body = b""
    for name, text in frames:
        size = struct.pack(">I", len(text) + 1) if version == 3 else synchsafe(len(text) + 1)
        body += name + size + b"\0\0" + b"\x03" + text
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


ID3 = id3([(b"TIT2", b"A title"), (b"TPE1", b"Someone"), (b"TRCK", b"3/9"), (b"TYER", b"1999")])
ID3V1 = b"TAG" + b"A title".ljust(30, b"\0") * 3 + b"1999" + bytes(28) + b"\0\x05\x11"
APE_ITEM = struct.pack("<II", 7, 0) + b"Title\0A title"
APE = APE_ITEM + b"APETAGEX" + struct.pack("<IIII", 2000, len(APE_ITEM) + 32, 1, 0) + bytes(8)
LYRICS = b"LYRICSBEGININD00002100" + b"000022LYRICS200"
LYRICS1 = b"LYRICSBEGINla la laLYRICSEND"
MP3 = FRAME * 6


def encoded():
    """Half a second of a tone by each encoder: (name, bytes)."""
    source = FOLDER / "tone.wav"
    FOLDER.mkdir(parents=True, exist_ok=True)
    source.write_bytes(wav(tone(4000, 8000), 8000))
    commands = {
        "mp3": ["lame", "--quiet", "-b", "8", "-m", "m", "--resample", "8"],
        "flac": ["flac", "-s", "-f", "--no-padding", "-T", "TITLE=A title", "-o"],
        "ogg": ["oggenc", "-Q", "-q", "-1", "-t", "A title", "-o"],
        "opus": ["opusenc", "--quiet", "--bitrate", "6", "--title", "A title"],
    }
    for kind, command in commands.items():
        target = FOLDER / f"tone.{kind}"
        files = [str(source), str(target)]
        subprocess.run(command + (files[::-1] if command[-1] == "-o" else files), check=True)
        yield kind, target.read_bytes()
        target.unlink()
    source.unlink()


def sound():
    few, many = tone(40, 4000), tone(1200, 4000)
    containers = {"wav": wav, "rf64": rf64, "w64": w64, "aiff": aiff, "caf": caf}
    keep("riff", "wav", b"\0" + wav(few))
    keep("riff", "rf64", b"\1" + rf64(few))
    keep("riff", "w64", b"\2" + w64(few))
    keep("aiff", "aiff", aiff(few))
    keep("aiff", "aifc", aiff(few, compression=b"sowt"))
    keep("caf", "caf", caf(few))
    sounds = {name: make(few) for name, make in containers.items()}
    sounds["mp3"] = MP3
    sounds["mp3-xing"] = ID3 + XING + MP3 + APE + ID3V1
    sounds["mp2"] = LAYER2 * 6
    sounds["mp3-free"] = FREE * 6
    sounds["rmp3"] = wav(few).replace(b"\1\0\1\0", b"\x55\0\1\0")
    mp4 = b"\0\0\0\x10ftypM4A \0\0\0\0"
    box = b"mp4a" + bytes(28)
    for name in (b"stsd", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        box = (bytes(8) + struct.pack(">I", len(box) + 4) if name == b"stsd" else b"") + box
        box = struct.pack(">I", len(box) + 8) + name + box
    sounds["mp4"] = mp4 + box
    sounds["text"] = b"<html><body>No music</body></html>"
    for name, data in list(encoded()):
        keep("decoder", name, b"\0" + data)
        keep("decoder", name + "-middle", b"\1" + data)
        sounds["encoded-" + name] = data
        if name == "flac":
            keep("flac-head", "flac", data[:400])
        if name in ("ogg", "opus"):
            keep("ogg-stream", name, data)
    for name, make in containers.items():
        keep("decoder", name, b"\0" + make(many))
    for name, data in sounds.items():
        for target in ("sound-format", "audio-identity", "tags"):
            keep(target, name, data)
    for name, data in {"plain": MP3, "xing": XING + MP3, "layer2": LAYER2 * 5, "free": FREE * 6,
                       "gap": MP3 + b"gap" + MP3, "tag": MP3 + ID3 + MP3}.items():
        keep("mpeg-walk", name, data)
    for name, data in {"id3": ID3 + FRAME, "id3v1": FRAME + ID3V1, "ape": FRAME + APE + ID3V1,
                       "lyrics": FRAME + LYRICS, "lyrics1": FRAME + LYRICS1,
                       "appended": FRAME + ID3 + b"3DI\4\0\x10" + ID3[6:10]}.items():
        keep("tag-extent", name, data)
        keep("tags", name, data + MP3 if name == "id3" else MP3 + data[len(FRAME):])
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"A title") + chunk(b"ICRD", b"1999-01-01"))
    keep("tags", "info", wav(few, extra=info + chunk(b"id3 ", ID3)))


def tensors(metadata, entries):
    head, data = {"__metadata__": metadata}, b""
    for name, (kind, shape, values) in entries.items():
        head[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data + values)]}
        data += values
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    return struct.pack("<Q", len(text)) + text + data


def models():
    floats = struct.pack("<4f", 1, -2, 0.5, 0)
    keep("safetensors", "two", tensors({"a": "b"}, {
        "w": ("F32", [2, 2], floats), "h": ("F16", [3], b"\0\x3c" * 3), "e": ("BF16", [0, 5], b"")}))
    keep("safetensors", "none", tensors({}, {}))
    for version in (1, 2):
        data = (ROOT / f"Tests/EmbeddingTests/Fixtures/model-format-{version}.safetensors").read_bytes()
        keep("model", f"whole-{version}", b"\0" + data)
        keep("model", f"sealed-{version}", b"\1" + data)
    for kind in ("earshot", "contrastive-cnn", "time-frequency-autoencoder"):
        with open(ROOT / f"Models/{kind}.safetensors", "rb") as file:
            head = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        metadata = {**head["__metadata__"], "card": "{}", "checksum": "00000000"}
        keep("model", kind, b"\1" + tensors(metadata, {}))
    losses = "0 0 0 0"
    entries = {"history": ("F32", [0, 9], b""), "parameter.weight": ("F32", [1, 2], floats[:8]),
               "parameter.bias": ("F32", [1], floats[:4])}
    common = {"format": "earshot-checkpoint", "format_version": "2", "network": "n", "data": "d",
              "generator": "1", "epoch_seed": "0", "losses": losses, "seconds": "1.5",
              "setting.rate": "1", "checksum": "00000000"}
    keep("checkpoint", "first", b"\1" + tensors(
        {**common, "epoch": "0", "step": "0", "optimizer_steps": "0"}, entries))
    later = {"history": ("F32", [1, 9], floats * 2 + floats[:4])}
    for kind in ("parameter", "best", "mean", "square"):
        later[kind + ".weight"] = ("F32", [1, 2], floats[:8])
        later[kind + ".bias"] = ("F32", [1], floats[:4])
    keep("checkpoint", "later", b"\1" + tensors(
        {**common, "epoch": "1", "step": "3", "optimizer_steps": "7"}, later))


def rest():
    # Shape, residence, seal, query, one change: part, place, length, bytes.
    for number, change in enumerate([b"\0\x0c\0\3\5\0\0\0", b"\1\0\0\3\1\2\3\4", b"\2\x10\0\0\x7f"]):
        for seal in range(2):
            keep("search-file", f"{number}-{seal}", bytes([number, 7, number % 2, seal, 5, 0]) + change)
    # Rows, then of each column how many bytes it has and the bytes.
    def names(*words):
        ends = [len(b"".join(words[:n + 1])) for n in range(len(words))]
        table = struct.pack(f"<{len(words) + 1}I", len(words), *ends) + b"".join(words)
        return bytes([2 * len(table)]) + table

    def numbers(form, *values):
        return b"\0" + struct.pack(f"<{len(values)}{form}", *values)

    facts = numbers("q", 3, 9) + numbers("f", 60, 200) + numbers("i", 0, 1979) + numbers("q", 0, 1 << 30)
    facts += numbers("f", 3, math.nan) + numbers("I", 1, 2) + numbers("I", 1, 0) + numbers("I", 0, 1)
    facts += numbers("I", 1, 2) + numbers("I", 5, 10) + names(b"b", b"a;b") + names(b"ab") + names(b"a/c")
    facts += names(b"/m", b"/m/a") + bytes([20]) + b"a.mp3b.mp3"
    for value in [100, 9, 0, -10] + 10 * [0.5]:
        facts += numbers("f", value, math.nan)
    keep("facts-file", "two", b"\1\2" + facts)
    keep("facts-file", "none", b"\1\0" + bytes(29))
    keep("feature-cache", "two", b"\1\4name" + struct.pack("<H", 256) + b"\x05abcde"
         + b"\1n\0\0\0")
    head = struct.pack("<II", 1, 1) + struct.pack("<IIf", 0, 2, -3.0) + struct.pack("<IIIf", 0, 0, 2, -4)
    length = len(head) + 4 * 2123 + 2 * 128
    keep("window-cache", "one", b"\1\4name" + struct.pack("<HB", length, len(head)) + head)
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    text = text.ljust(117) + "\n"
    keep("numpy", "two", b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + bytes(16))
    keep("csv", "plain", b'path,label\r\na.mp3,"one ""word"", and"\r\n\r\nb.mp3,\xc3\xa9\n')
    keep("labels", "plain", b"path,label,label_evidence,artist,album,work\na.mp3,rock,evidence,A,B,\n"
         b"/b.mp3,folk,evidence,A,B,\na.mp3,,,,,\n")
    lines = [b"index\0--library\0l.db\0music", b"query\0-k10\0--format=json\0a.mp3", b"help\0query",
             b"library\0status", b"train\0--epochs\0-3", b"evaluate\0--plot=a.png\0--\0-x", b"--version",
             b"features\0--excerpt\0" b"1-2\0a", b"similar\0--weight\0time=1,frequency=0\0x"]
    for number, line in enumerate(lines):
        keep("command-line", str(number), b"\0" + line)
    keep("command-line", "embed", b"\1--json\0a.mp3\0b.mp3\0--output=x.npy")
    for number, name in enumerate([b"/music/a.mp3", b"../\xff\n#.mp3", b"=1+1\x1b[2J", b"http:x,\"y\"",
                                   "é‮.mp3".encode(), b" a;b"]):
        keep("file-name", str(number), name)
    requests = [b"/music/a.mp3", b'{"path":"a.mp3","ask":true,"followLinks":false}', b'{"pathBytes":"/2E="}',
                b'{"analyse":true}']
    for number, line in enumerate(requests):
        keep("worker-request", str(number), line)
    digest = "0" * 64
    file = {"schema": 1, "path": "/a.mp3", "file": {"size": 3, "modified": 5}}
    tags = {"title": "A", "artist": None, "album": None, "genre": None, "year": 1999, "trackNumber": 1}
    audio = {"codec": "mp3", "sampleRate": 44100, "channels": 2, "seconds": 3.5,
             "excerpt": {"start": 0, "seconds": 3.5}}
    descriptors = {"version": 1, "tempo": 120.5, "key": 3, "mode": 1, "loudness": -9.25}
    model = {"name": "m", "id": digest, "dimension": 2}
    replies = [
        {**file, "model": model, "embedding": [0.6, -0.8], "audio": audio, "trackID": digest,
         "tags": tags, "descriptors": descriptors, "warnings": ["w"]},
        {**file, "trackID": digest, "tags": tags}, {"schema": 1, "question": digest},
        {"schema": 1, "pathBytes": "/2E=", "error": {"code": "crashed", "message": "m"}},
        {**file, "model": model, "embedding": [0.6, -0.8], "audio": {**audio, "seconds": 700},
         "trackID": digest, "tags": tags, "descriptors": None, "sections": [
             {"start": 0, "seconds": 120, "vector": [1, 0]},
             {"start": 120, "seconds": 580, "vector": [0, 1]}], "warnings": []},
    ]
    for number, reply in enumerate(replies):
        keep("worker-reply", str(number), json.dumps(reply, separators=(",", ":")).encode())
    keep("line-reader", "lines", b"one\n\ntwo\n" + b"x" * 70 + b"\nlast")


# Lists and tables of other players, and conditions.
def lists():
    keep("playlist", "all", b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:1,a\r\n/m/a.mp3\r\n../b c.mp3 \n"
         b"file:///m/d%20e.mp3\nhttp://x/y.mp3\n./#f\n")
    track = {"artist_name": "a", "track_name": "t", "release_name": "r"}
    listen = {"listened_at": 1700000000, "track_metadata": track}
    keep("listens", "lines", (json.dumps(listen) + "\n" + json.dumps(listen) + "\n{}").encode())
    keep("listens", "array", json.dumps([listen]).encode())
    keep("listens", "last-fm", b"a,b,t,26 Nov 2026 18:30\na,b,u,27 Nov 2026 00:01\n")
    keep("listens", "table", b"artist,title,album,plays,uts\na,t,b,3,1700000000\n,,,-1,x\n")
    keep("listens", "paths", b"path,play_count\n/m/a.mp3,12\n")
    for number, text in enumerate([
            "artist=Nina Simone", "genre!=rock", "year=1970..1979", "year=1979",
            "duration=2:00..5:30", "key=F#m", "key=8A", "tempo=..90.5", "loudness=-12..",
            "path=*/live/[a-z]?.mp3", "path=Christmas/", "plays=1e3.."]):
        keep("condition", str(number), text.encode())


sound()
models()
rest()
lists()
