#include "libunit/unit_text.h"

#include <gmock/gmock.h>

#include <cerrno>

namespace svcd {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// "Section.Key=Value@line" for each assignment, then each diagnostic; or why the file is refused.
std::vector<std::string> parsed(std::string_view text) {
  UnitText file;
  const Result<> done = parse_unit_text("a.service", text, file);
  std::vector<std::string> lines;
  for (const Assignment& a : file.assignments)
    lines.push_back(fmt::format("{}.{}={}@{}", a.section, a.key, a.value, a.line));
  if (!done)
    lines.push_back(fmt::format("refused: {} ({})", done.error().message, strerrorname_np(done.error().error_number)));
  for (const Diagnostic& d : file.diagnostics)
    if (done) lines.push_back(to_string(d));
  return lines;
}

}  // namespace

TEST(UnitText, HasSectionsWithKeyValueEntries) {
  EXPECT_THAT(parsed("[Section A]\nKeyOne=value 1\nKeyTwo=value 2\n\n[Section B]\nSetting=\"something\" \"more\"\n"),
              ElementsAre("Section A.KeyOne=value 1@2", "Section A.KeyTwo=value 2@3",
                          "Section B.Setting=\"something\" \"more\"@6"));
}

TEST(UnitText, IgnoresEmptyLinesAndLinesStartingWithHashOrSemicolon) {
  EXPECT_THAT(parsed("# one\n[A]\n\n  # two\n;three\n\t; four\nB=1 # no comment ; here\nC=#x\n"),
              ElementsAre("A.B=1 # no comment ; here@7", "A.C=#x@8"));
}

TEST(UnitText, JoinsLinesEndingInABackslashWithASpace) {
  EXPECT_THAT(parsed("[A]\nB=one\\\n  two\\\n three\nC=4\n"), ElementsAre("A.B=one   two  three@2", "A.C=4@5"));
}

TEST(UnitText, IgnoresCommentsBetweenContinuedLines) {
  EXPECT_THAT(parsed("[Section C]\nKeyThree=value 3\\\n# this line is ignored\n; this line is ignored too\n"
                     "       value 3 continued\n"),
              ElementsAre("Section C.KeyThree=value 3        value 3 continued@2"));
}

TEST(UnitText, EndsAContinuationAtAnEmptyLineAndAtTheEnd) {
  EXPECT_THAT(parsed("[A]\nB=1 \\\n\nC=2\\"), ElementsAre("A.B=1@2", "A.C=2@4"));
}

TEST(UnitText, TakesAnEscapedBackslashAtTheEndAsPartOfTheValue) {
  EXPECT_THAT(parsed("[A]\nB=1\\\\\nC=2\\\\\\\n3\n"), ElementsAre("A.B=1\\\\@2", "A.C=2\\\\ 3@3"));
}

TEST(UnitText, KeepsSeveralAssignmentsOfOneKeyAndEmptyOnes) {
  EXPECT_THAT(parsed("[A]\nB=1\nB=\nB=2\nB\t =  3  \n"), ElementsAre("A.B=1@2", "A.B=@3", "A.B=2@4", "A.B=3@5"));
}

TEST(UnitText, MayRepeatASectionAndLeaveOneEmpty) {
  UnitText file;
  ASSERT_TRUE(parse_unit_text("a", "[A]\nB=1\n[Empty]\n[A]\nC=2\n[]\n", file));
  EXPECT_THAT(file.sections, ElementsAre("A", "Empty", ""));
  EXPECT_THAT(file.section_lines, ElementsAre(1, 3, 6));
  EXPECT_EQ(file.assignments.size(), 2u);
  EXPECT_EQ(file.assignments[1].section, "A");
}

TEST(UnitText, TakesCarriageReturnsAsLineEnds) {
  EXPECT_THAT(parsed("[A]\r\nB=1\r\nC=2\rD=3\n"), ElementsAre("A.B=1@2", "A.C=2@3", "A.D=3@4"));
}

TEST(UnitText, TakesOneByteOrderMark) {
  EXPECT_THAT(parsed("\xef\xbb\xbf[A]\nB=1\n"), ElementsAre("A.B=1@2"));
  EXPECT_THAT(parsed("[A]\n\xef\xbb\xbf"
                     "B=1\n\xef\xbb\xbf"
                     "C=1\n"),
              ElementsAre("A.B=1@2",
                          "A.\xef\xbb\xbf"
                          "C=1@3"));
}

TEST(UnitText, ReportsLinesThatItIgnores) {
  EXPECT_THAT(parsed("X=1\n[A]\nB\n=x\n  = y\nC: d\nE=1\n"),
              ElementsAre("A.E=1@7", "a.service:1: Assignment outside of section. Ignoring.",
                          "a.service:3: Missing '=', ignoring line.",
                          "a.service:4: Missing key name before '=', ignoring line.",
                          "a.service:5: Missing key name before '=', ignoring line.",
                          "a.service:6: Missing '=', ignoring line."));
}

TEST(UnitText, RefusesAFileWithAMalformedSectionHeader) {
  EXPECT_THAT(parsed("[A]\nB=1\n[Install\nC=2\n"),
              ElementsAre("A.B=1@2", "refused: a.service:3: Invalid section header '[Install' (EBADMSG)"));
  EXPECT_THAT(parsed("[Bad]junk\nC=2\n"),
              ElementsAre("refused: a.service:1: Invalid section header '[Bad]junk' (EBADMSG)"));
  EXPECT_THAT(parsed("["), ElementsAre("refused: a.service:1: Invalid section header '[' (EBADMSG)"));
  EXPECT_THAT(parsed("[Un\"it]\n"),
              ElementsAre("refused: a.service:1: Bad characters in section header '[Un\"it]' (EBADMSG)"));
}

TEST(UnitText, RefusesAFileThatIsNotUtf8) {
  EXPECT_THAT(parsed("[A]\nB=1\nC=\xff\nD=2\n"),
              ElementsAre("A.B=1@2",
                          "refused: a.service:3: String is not UTF-8 clean, ignoring assignment: C=\xef\xbf\xbd "
                          "(EINVAL)"));
  EXPECT_THAT(parsed("[A]\n# \xff\nB=1\n"), ElementsAre("A.B=1@3"));
}

TEST(UnitText, RefusesNulBytesInsteadOfCuttingTheValue) {
  EXPECT_THAT(parsed(std::string_view("[A]\nB=1\0=2\nC=3\n", 15)),
              ElementsAre("refused: a.service:2: Line has a NUL byte. (EBADMSG)"));
  EXPECT_THAT(parsed(std::string_view("# \0\n", 4)),
              ElementsAre("refused: a.service:1: Line has a NUL byte. (EBADMSG)"));
}

TEST(UnitText, TakesValuesUpToOneMebibyte) {
  const std::string value(longest_line - 2, 'x');
  UnitText file;
  ASSERT_TRUE(parse_unit_text("a", "[A]\nB=" + value + "\nC=1\n", file));
  ASSERT_EQ(file.assignments.size(), 2u);
  EXPECT_EQ(file.assignments[0].value, value);
  EXPECT_EQ(file.assignments[1].value, "1");
}

TEST(UnitText, RefusesLongerLinesInsteadOfSpillingTheirTails) {
  const std::string value(longest_line - 1, 'x');
  EXPECT_THAT(parsed("[A]\nB=" + value + "\nC=1\n"), ElementsAre("refused: a.service:2: Line too long (ENOBUFS)"));
  std::string many = "[A]\nB=";
  for (int i = 0; i < 2000; ++i) many += std::string(1000, 'x') + "=\\\n";
  EXPECT_THAT(parsed(many), ElementsAre("refused: a.service:1048: Continuation line too long (ENOBUFS)"));
}

TEST(UnitText, KeepsLongSectionNamesWhole) {
  const std::string name(300, 'x');
  EXPECT_THAT(parsed("[" + name + "]\nB=1\n"), ElementsAre(name + ".B=1@2"));
  EXPECT_THAT(parsed("[" + std::string(49, 'x') + "y]\nB=1\n"), ElementsAre(std::string(49, 'x') + "y.B=1@2"));
}

TEST(UnitText, KeepsColonsInKeysAndValues) {
  EXPECT_THAT(parsed("[A]\nB:c=d\nE=f:g\nH=i=j\n"), ElementsAre("A.B:c=d@2", "A.E=f:g@3", "A.H=i=j@4"));
}

TEST(UnitText, StripsBlanksTabsAndNothingElse) {
  EXPECT_THAT(parsed("[A]\n\t B \t=\t c\v\n\v=1\n\f#D=2\n"), ElementsAre("A.B=c\v@2", "A.\v=1@3", "A.\f#D=2@4"));
}

TEST(UnitText, KeepsIndentedLinesApart) {
  EXPECT_THAT(parsed("[A]\nB=1\n  C=2\n\tD=3\n"), ElementsAre("A.B=1@2", "A.C=2@3", "A.D=3@4"));
}

TEST(UnitText, KeepsSemicolonsInValues) {
  EXPECT_THAT(parsed("[A]\nExecStart=/bin/a ; /bin/b\nB=x ;y\n"),
              ElementsAre("A.ExecStart=/bin/a ; /bin/b@2", "A.B=x ;y@3"));
}

TEST(UnitText, OfAnEmptyFileIsEmpty) {
  EXPECT_THAT(parsed(""), IsEmpty());
  EXPECT_THAT(parsed("\n\n"), IsEmpty());
  EXPECT_THAT(parsed("\\"), IsEmpty());
}

}  // namespace svcd
