/**
 * What the prospect is told about a file that is not accepted, by the server and, before the upload,
 * by the page: its kind and one next step, in two short sentences at most.
 */
export const sentences = {
  unknown: 'Choose a PDF, DOC, DOCX, ODT, RTF or TXT file.',
  empty: 'The file is empty. Choose another one.',
  damaged: 'The file is damaged or incomplete. Save it again, or choose another one.',
  protected: 'The file is protected with a password. Save it without one, then choose it.',
  macros: 'The document can hold macros. Save it as a DOCX or PDF file without them.',

  picture:
    'This is a photo or picture. Open it, choose Print from the menu, save it as a PDF, and choose that PDF.',
  recording:
    'This is a video or sound recording. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file instead.',
  pages:
    'This is an Apple Pages document. Open it in Pages, export it as PDF or Word, and choose that file.',
  googleShortcut:
    'This is only a shortcut to Google Docs. Open it there, download it as PDF or Word, and choose that file.',
  spreadsheet: 'This is a spreadsheet. Open it, save it as a PDF, and choose that PDF.',
  slides: 'This is a presentation. Open it, save it as a PDF, and choose that PDF.',
  archive: 'This is a ZIP file or another archive. Unpack it, and choose the document inside.',
  wordPerfect:
    'This is a WordPerfect document. Open it, save it as DOCX or PDF, and choose that file.',
  oldWord:
    'This document is from an old version of Word. Open it, save it as DOCX or PDF, and choose that file.',
  works:
    'This is a Microsoft Works document. Open it, save it as DOCX or PDF, and choose that file.',
  template: 'This is a document template. Open it, save it as DOCX or PDF, and choose that file.',
  otherDocument:
    'We cannot open this kind of document. Open it, save it as DOCX or PDF, and choose that file.',
  webPage: 'This is a web page. Open it, save it as a PDF, and choose that PDF.',
  email: 'This is an email. Open it, save the document attached to it, and choose that one.',
  xps: 'This is an XPS document. Open it, print it to PDF, and choose that PDF.',
  ebook: 'This is an e-book. Save the document as a PDF instead, and choose that PDF.',
  link: 'This is only a link to a document. Open it, download the document, and choose that one.',
  program: 'This is a program. Choose a PDF, DOC, DOCX, ODT, RTF or TXT file instead.',
} as const;

export type SentenceKey = keyof typeof sentences;
