export const resumeTypes = ['pdf', 'doc', 'docx', 'rtf', 'txt'] as const;

export type ResumeType = (typeof resumeTypes)[number];
