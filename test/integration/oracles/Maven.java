// Answers for test_versions.py: "compare TAB a TAB b".
import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.apache.maven.artifact.versioning.ComparableVersion;

public class Maven {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        StringBuilder answers = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.split("\t", -1);
            ComparableVersion left = new ComparableVersion(fields[1]);
            ComparableVersion right = new ComparableVersion(fields[2]);
            answers.append(Integer.signum(left.compareTo(right))).append('\n');
        }
        System.out.print(answers);
    }
}
