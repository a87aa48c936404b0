#include "libunit/graph.h"

#include <gmock/gmock.h>

#include <chrono>

namespace svcd {

using enum Dependency;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Graph, KnowsAnEdgeAtBothEnds) {
  Graph graph;
  graph.add(1, requires_, 2, cause_file);
  EXPECT_THAT(graph.edges(1, requires_), ElementsAre(2));
  EXPECT_THAT(graph.edges(2, required_by), ElementsAre(1));
  EXPECT_TRUE(graph.has(2, required_by, 1));
  EXPECT_FALSE(graph.has(2, requires_, 1));
  EXPECT_FALSE(graph.has(1, requires_, 77));
}

TEST(Graph, KeepsTheOrderInWhichEdgesWereAdded) {
  Graph graph;
  for (const UnitIndex to : {5u, 3u, 9u, 3u}) graph.add(0, wants, to, cause_file);
  EXPECT_THAT(graph.edges(0, wants), ElementsAre(5, 3, 9));
}

TEST(Graph, IgnoresADependencyOfAUnitOnItself) {
  Graph graph;
  graph.add(4, after, 4, cause_file);
  EXPECT_THAT(graph.edges(4, after), IsEmpty());
  EXPECT_THAT(graph.edges(4, before), IsEmpty());
}

TEST(Graph, AnEdgeLivesAsLongAsAnyCauseIsLeft) {
  Graph graph;
  graph.add(1, after, 2, cause_file);
  graph.add(1, after, 2, cause_default);
  graph.remove_from(1, cause_file);
  EXPECT_TRUE(graph.has(1, after, 2));
  graph.remove_from(1, cause_default);
  EXPECT_FALSE(graph.has(1, after, 2));
  EXPECT_FALSE(graph.has(2, before, 1));
}

TEST(Graph, TakingBackOnesOwnCausesLeavesThoseOfTheOtherEnd) {
  Graph graph;
  graph.add(1, after, 2, cause_file);
  graph.add(2, before, 1, cause_file);
  graph.remove_from(1, cause_file);
  EXPECT_TRUE(graph.has(1, after, 2));  // 2 still says Before=1
  graph.remove_from(2, cause_file);
  EXPECT_FALSE(graph.has(1, after, 2));
}

TEST(Graph, TakingBackDoesNotTouchEdgesOfOtherUnits) {
  Graph graph;
  graph.add(1, wants, 3, cause_file);
  graph.add(2, wants, 3, cause_file);
  graph.remove_from(1, 0xff);
  EXPECT_THAT(graph.edges(3, wanted_by), ElementsAre(2));
}

TEST(Graph, AnAliasBringsItsEdgesAlong) {
  Graph graph;
  graph.add(1, wants, 2, cause_file);
  graph.add(3, wants, 2, cause_wants_dir);
  graph.add(2, after, 1, cause_default);
  graph.merge(1, 2);  // the wish for itself is gone
  EXPECT_THAT(graph.edges(3, wants), ElementsAre(1));
  EXPECT_THAT(graph.edges(1, wanted_by), ElementsAre(3));
  EXPECT_THAT(graph.edges(1, after), IsEmpty());
  EXPECT_THAT(graph.edges(2, wanted_by), IsEmpty());
  graph.remove_from(3, cause_wants_dir);
  EXPECT_THAT(graph.edges(1, wanted_by), IsEmpty());
}

TEST(Graph, RemovingAUnitForgetsAllThatTouchesIt) {
  Graph graph;
  graph.add(1, requires_, 2, cause_file);
  graph.add(2, requires_, 3, cause_file);
  graph.remove({2});
  EXPECT_FALSE(graph.has(1, requires_, 2));
  EXPECT_FALSE(graph.has_incoming_needs(3));
}

TEST(Graph, NeedsAreWhatRequiresWantsBindsOrUpholds) {
  for (const Dependency kind : {requires_, requisite, wants, binds_to, upholds}) {
    Graph graph;
    graph.add(1, kind, 2, cause_file);
    EXPECT_TRUE(graph.has_incoming_needs(2)) << to_string(kind);
    EXPECT_FALSE(graph.has_incoming_needs(1)) << to_string(kind);
  }
  Graph graph;
  graph.add(1, after, 2, cause_file);
  graph.add(1, part_of, 2, cause_file);
  EXPECT_FALSE(graph.has_incoming_needs(2));
}

TEST(Graph, AStarOfManyUnitsIsAddedInLinearTime) {
  Graph graph;
  const auto began = std::chrono::steady_clock::now();
  for (UnitIndex unit = 1; unit <= 100'000; ++unit) {
    graph.add(0, wants, unit, cause_file);
    graph.add(unit, before, 0, cause_default);
  }
  EXPECT_EQ(graph.edges(0, after).size(), 100'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));  // quadratic: more than 10 s
}

}  // namespace svcd
