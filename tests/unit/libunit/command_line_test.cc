#include "libunit/command_line.h"

#include <gmock/gmock.h>

namespace svcd {
namespace {

using testing::ElementsAre;
using Lines = std::vector<std::string>;

TEST(Words, AreSeparatedByWhitespaceAndGroupedByQuotes) {
  EXPECT_THAT(split_words("a  'b c' \"d e\"f", word_unquote).value(), ElementsAre("a", "b c", "d ef"));
  EXPECT_THAT(split_words("", word_unquote).value(), ElementsAre());
  EXPECT_THAT(split_words("''", word_unquote).value(), ElementsAre(""));
  EXPECT_FALSE(split_words("a 'b", word_unquote));
}

TEST(Words, MayHaveEscapesInThem) {
  EXPECT_THAT(split_words(R"(\x41\101 \u00e9 a\sb)", word_unescape).value(), ElementsAre("AA", "é", "a b"));
  EXPECT_FALSE(split_words(R"(\q)", word_unescape));
  EXPECT_FALSE(split_words("\\x00", word_unescape));
  EXPECT_THAT(split_words(R"(\q)", word_unescape | word_keep_bad_escapes).value(), ElementsAre("\\q"));
  EXPECT_THAT(split_words(R"(a\ b)", word_retain_escapes).value(), ElementsAre("a\\", "b"));
}

TEST(Words, OfAListWithColonsMayBeEmpty) {
  EXPECT_THAT(split_words("a::b:", word_empty_words, ":").value(), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split_words("a\\:b", word_empty_words | word_unescape_separators, ":").value(), ElementsAre("a:b"));
}

Lines expand(Lines arguments) {
  const Lines environment{"ONE=one", "TWO='two two' too", "EMPTY=", "ONE=eins"};
  return expand_arguments(arguments, environment);
}

TEST(Arguments, ThatAreAVariableBecomeTheWordsOfItsValue) {
  EXPECT_THAT(expand({"$TWO"}), ElementsAre("two two", "too"));
  EXPECT_THAT(expand({"a", "$EMPTY", "$MISSING", "b"}), ElementsAre("a", "b"));
  EXPECT_THAT(expand({"$ONE"}), ElementsAre("eins"));
}

TEST(Arguments, HaveVariablesInBracesReplacedInPlace) {
  EXPECT_THAT(expand({"${TWO}"}), ElementsAre("'two two' too"));
  EXPECT_THAT(expand({"a${ONE}b${MISSING}c"}), ElementsAre("aeinsbc"));
  EXPECT_THAT(expand({"${EMPTY}"}), ElementsAre(""));
}

TEST(Arguments, KeepDollarSignsThatMeanNothing) {
  EXPECT_THAT(expand({"$$ONE", "a$ONE", "a$", "${ONE", "$${ONE}", "${ONE:-y}"}),
              ElementsAre("$ONE", "a$ONE", "a$", "${ONE", "${ONE}", "${ONE:-y}"));
  EXPECT_THAT(expand({"$", "$ONE-x", "$ONE$ONE"}), ElementsAre());
}

TEST(EnvironmentFile, HasAssignmentsCommentsAndQuotes) {
  Lines ignored;
  const Lines read = parse_environment_file(
      "# comment\n; another \\\ncontinued=no\nA=1\n  B = two words  \nC='a\nb'\nD=\"x \\\"y\\\" \\$z \\n\"\n"
      "E=a\\\nb\nF=\"a\" 'b'c\nG=\nexport H=1\nno assignment\n1I=x\nJ=a # b\nK=a\\ b\\n\nL= \"l\" \n"
      "M='it''s'\nA=last\nN=\"open\nO=x\n",
      &ignored);
  EXPECT_THAT(read, ElementsAre("A=last", "B=two words", "C=a\nb", "D=x \"y\" $z \\n", "E=ab", "F=abc", "G=", "J=a # b",
                                "K=a bn", "L=l", "M=its", "N=open\nO=x\n"));
  EXPECT_THAT(ignored, ElementsAre("export H=1", "1I=x"));
}

TEST(Variables, HaveNamesOfLettersDigitsAndUnderscores) {
  EXPECT_TRUE(is_variable_name("_A1"));
  EXPECT_FALSE(is_variable_name("1A"));
  EXPECT_FALSE(is_variable_name(""));
  EXPECT_TRUE(is_assignment("A=\tb\n"));
  EXPECT_TRUE(is_assignment("A=\x01"));
  EXPECT_FALSE(is_assignment("A=\xff"));
  EXPECT_FALSE(is_assignment("A"));
}

}  // namespace
}  // namespace svcd
