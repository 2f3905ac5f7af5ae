export const resumeTypes = ['pdf', 'doc', 'docx', 'odt', 'rtf', 'txt'] as const;

export type ResumeType = (typeof resumeTypes)[number];
