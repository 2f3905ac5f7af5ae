import type { SentenceKey } from './sentences';

/**
 * How a kind of file that is not accepted is recognised. The page does it with the same data, so a
 * pattern must never match what the server accepts.
 */
export interface OtherKind {
  key: SentenceKey;
  /** Count only when the content shows nothing else. */
  extensions: string;
  /** The first bytes, in Latin-1, of a file that has NUL among them: so it is no text. */
  bytes?: RegExp;
  /** The beginning of a text, after white space. Under the name .txt, any text is accepted. */
  text?: RegExp;
  /** The names of the parts of a zip, each on a line of its own, as `partName` returns them. */
  parts?: RegExp;
  /** Streams of an OLE file that has no stream "WordDocument". */
  streams?: string[];
}

/** A zip that begins with this says its media type, and is judged as OpenDocument or refused. */
const typed = (types: string) => new RegExp(`^PK\\x03\\x04[^]{26}mimetypeapplication/(?:${types})`);

/** A zip that holds this, and is neither an Office nor an OpenDocument package. */
const holding = (parts: string) =>
  new RegExp(`^(?![^]*(?:content_types|content\\.xml|\\n/word/))[^]*(?:${parts})`);

const ebook = new RegExp(`${typed('epub').source}|^[^]{60}(?:BOOKMOBI|TPZ)`);

const notOdt = '(?!vnd\\.oasis\\.opendocument\\.text(?!-))';

/** The first one that matches counts, except that among zips the extension decides. */
export const otherKinds: OtherKind[] = [
  { key: 'damaged', extensions: 'crdownload part partial', bytes: /^\0+$/ },
  { key: 'protected', extensions: '', streams: ['EncryptedPackage'] },
  {
    key: 'picture',
    extensions:
      'jpg jpeg jpe jfif png heic heif hif avif webp gif tif tiff bmp svg jxl dng cr2 nef psd ico',
    bytes:
      /^(?:\xff\xd8\xff|\x89PNG|GIF8[79]a|[^]{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif[12]|msf1|avi[fs]|crx )|RIFF[^]{4}WEBP|II\*\0|MM\0\*|BM[^]{4}\0{4}|8BPS|\0\0\0\x0cJXL |\0\0\x01\0)/,
    text: /^(?:<\?xml[^]*?)?<svg[\s>]/i,
  },
  {
    key: 'recording',
    extensions: 'mp4 m4v mov avi mkv webm 3gp wmv mp3 m4a wav aac ogg opus amr flac wma',
    bytes:
      /^(?:[^]{4}(?:ftyp|moov|mdat|wide)|ID3|OggS|fLaC|RIFF|\x1aE\xdf\xa3|\xff[\xf1\xf3\xf9\xfb]|#!AMR|\0\0\x01\xba|0&\xb2u)/,
  },
  {
    key: 'program',
    extensions:
      'exe com bat cmd msi apk aab ipa app dmg pkg deb rpm jar dll scr sh js vbs ps1 iso hta',
    bytes: /^(?:MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|dex\n)/,
    text: /^#!/,
    parts: holding('\\n/meta-inf/manifest\\.mf\\n|\\n/androidmanifest\\.xml\\n|\\n/payload/'),
  },
  { key: 'wordPerfect', extensions: 'wpd wp wp4 wp5 wp6 wp7 wpt', bytes: /^\xffWPC/ },
  {
    key: 'oldWord',
    extensions: 'wri mcw',
    bytes: /^(?:\xdb\xa5-\0|\x9b\xa5!\0|[12]\xbe\0\0|\xfe7\0)/,
  },
  { key: 'ebook', extensions: 'epub mobi azw azw3 fb2', bytes: ebook },
  {
    key: 'email',
    extensions: 'msg eml emlx oft mbox',
    text: /^(?:return-path|received|delivered-to|message-id|x-[\w-]+|mime-version(?![^]*?multipart\/related)): ?\S/i,
    streams: ['__properties_version1.0'],
  },
  {
    key: 'webPage',
    extensions: 'html htm xhtml shtml mht mhtml webarchive php asp aspx',
    bytes: /^bplist00[^]*WebMainResource/,
    text: /^(?:(?:<\?xml[^>]*>|<!--(?:(?!-->)[^])*-->)\s*)*<(?:!doctype html|html|head|body|meta|title|script|style|table|div|p|span|h1)[\s>]|^from: <saved by |^mime-version:[^]*?multipart\/related/i,
  },
  {
    key: 'googleShortcut',
    extensions: 'gdoc gsheet gslides gdraw gform glink',
    text: /^\{[^]*?(?:"(?:doc_id|resource_id)"|(?:docs|drive)\.google\.com)/i,
  },
  {
    key: 'link',
    extensions: 'url webloc lnk website desktop',
    bytes: /^(?:L\0\0\0\x01\x14\x02\0|bplist00[^]{0,20}SURL)/,
    text: /^(?:\[internetshortcut\]|\[desktop entry\]|<\?xml[^]*?<plist[^]*?<key>url<)/i,
  },
  {
    key: 'slides',
    extensions: 'pptx ppt pptm ppsx pps potx pot odp otp key keynote sxi',
    bytes: typed('vnd\\.oasis\\.opendocument\\.presentation|vnd\\.sun\\.xml\\.impress'),
    parts: new RegExp(
      `^(?![^]*\\n/word/)[^]*\\n/ppt/presentation\\.|${holding('/index/slide[-\\d]*\\.iwa\\n|\\n/index\\.apxl').source}`,
    ),
    streams: ['PowerPoint Document'],
  },
  {
    key: 'pages',
    extensions: 'pages',
    parts: holding('/index/document\\.iwa\\n|\\n/index\\.xml(?:\\.gz)?\\n|\\.pages/'),
  },
  {
    key: 'spreadsheet',
    extensions: 'xlsx xls xlsm xlsb xltx xlt ods ots numbers sxc wk1 wks',
    bytes: typed('vnd\\.oasis\\.opendocument\\.spreadsheet|vnd\\.sun\\.xml\\.calc'),
    parts: new RegExp(
      `^(?![^]*\\n/word/)[^]*\\n/xl/workbook\\.|${holding('/index/document\\.iwa\\n|\\.numbers/').source}`,
    ),
    streams: ['Workbook', 'Book'],
  },
  {
    key: 'xps',
    extensions: 'xps oxps',
    parts: /\n\/(?:fixeddocseq|fixeddocumentsequence)\.fdseq\n/,
  },
  { key: 'macros', extensions: 'docm dotm', parts: /\/vbaproject\.bin\n/ },
  {
    key: 'template',
    extensions: 'dotx dot ott stw',
    bytes: typed('vnd\\.oasis\\.opendocument\\.text-template|vnd\\.sun\\.xml\\.writer\\.template'),
  },
  { key: 'works', extensions: 'wps wdb', bytes: /^\x01\xfe/, streams: ['MatOST'] },
  {
    key: 'otherDocument',
    extensions:
      'fodt sxw odm odg odf hwp hwpx abw lwp sdw pub vsd vsdx one onepkg ps eps djvu ai indd',
    bytes: new RegExp(`${typed(notOdt).source}|^(?:HWP Document|AT&TFORM|\\xe4R\\\\{)`),
    text: /^(?:%!ps|<\?xml[^]*?(?:<office:document|progid="word\.|<w:worddocument|<pkg:package|<abiword))/i,
    streams: ['BodyText', 'Quill', 'VisioDocument'],
  },
  {
    key: 'archive',
    extensions: 'zip zipx rar 7z gz tgz tar bz2 xz zst cab',
    bytes: /^(?:Rar!\x1a\x07|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|MSCF|[^]{257}ustar)/,
    parts: holding('\\n/'),
  },
];
