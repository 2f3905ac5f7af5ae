import type { ResumeType } from '../../../../common/resumes/resume-type';
import { libraryUrl } from '../../viewer/libraries';

const cannotBeShown: Partial<Record<ResumeType, string>> = {
  doc: 'Old Word documents (DOC) cannot be shown here. Download it to read it.',
  rtf: 'RTF documents cannot be shown here. Download it to read it.',
};

/** How the lead's page shows the resume. */
export function resumeView(type: ResumeType) {
  return {
    kind: type,
    sentence: cannotBeShown[type] ?? '',
    pdfjsUrl: libraryUrl('pdfjs'),
    mammothUrl: libraryUrl('mammoth'),
  };
}
